import { beforeAll, describe, expect, test } from 'vitest'
import { buildConsole, type ConsoleFile } from '../../dashboards/console/build.ts'

/** Names of XML languages, which nobody fetches. */
const NAMESPACES = [
  'http://www.w3.org/2000/svg',
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/1998/Math/MathML',
]
const PAGES = ['/index.html', '/report.html']
/** The page of who reports a hazard, on a phone and a thin line. */
const REPORT_LIMIT = 45_000
/** What everybody loads who opens the console, and what only those do who go to the hazard register. */
const JS_LIMIT = 305_000
const REGISTER_LIMIT = 110_000
/** What only those load who go to inspections, incidents, public reports or exports; and what these share with the register. */
const RESPONSE_LIMIT = 110_000
const SHARED_LIMIT = 40_000
/** What only those load who look at a seismic sensor or its alarm. */
const WAVEFORM_LIMIT = 20_000
/** What only those load who calibrate detectors or inhibit them. */
const DETECTOR_LIMIT = 20_000
/** What only those load who look at a derived sensor, or at one that others are computed from. */
const DERIVED_LIMIT = 30_000

let files: ReadonlyMap<string, ConsoleFile>
beforeAll(async () => {
  ;({ files } = await buildConsole())
})

function textOf(path: string): string {
  return files.get(path)?.body.toString() ?? ''
}

describe('build', () => {
  test('a page that is asked for anew, and assets that are kept for ever', () => {
    for (const page of PAGES)
      expect(files.get(page)).toMatchObject({ type: 'text/html; charset=utf-8', immutable: false })
    const assets = [...files].filter(([path]) => !PAGES.includes(path))
    expect(assets.length).toBeGreaterThanOrEqual(3)
    for (const [path, file] of assets) {
      expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg)$/)
      expect(file.immutable).toBe(true)
      expect(file.body.length).toBeGreaterThan(0)
    }
  })

  test.each(PAGES)('%s names its assets, and every one is there', (page) => {
    const named = [...textOf(page).matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(named.length).toBeGreaterThanOrEqual(3)
    for (const path of named) expect(files.has(path), path).toBe(true)
  })

  test('nothing is fetched from elsewhere', () => {
    for (const [path, file] of files) {
      const urls = file.body.toString().match(/(https?:)?\/\/[\w.-]+\.[a-z]{2,}[\w/.-]*/gi) ?? []
      expect(
        urls.filter((url) => !NAMESPACES.some((name) => url.startsWith(name))),
        path,
      ).toEqual([])
    }
  })

  test.each(PAGES)('%s has no inline script or style, so that a strict policy holds', (path) => {
    const page = textOf(path)
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/)
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=/)
  })

  test('who reports a hazard loads a small page, and nothing of the console', () => {
    const scripts = [...files.keys()].filter((path) => /^\/assets\/report-.*\.js$/.test(path))
    expect(scripts).toHaveLength(1)
    const script = textOf(scripts[0] ?? '')
    expect(script.length).toBeLessThan(REPORT_LIMIT)
    expect(script).toContain('举报安全隐患')
    expect(script).not.toContain('报警绩效')
    expect(script).not.toContain('REPORT_TRANSITION_ILLEGAL')
  })

  test('no server code came along, and the bundle stays small', () => {
    const scripts = [...files.keys()].filter((path) => /^\/assets\/(?!report-).*\.js$/.test(path))
    const first = scripts.filter((path) => textOf('/index.html').includes(path))
    const later = scripts.filter((path) => !first.includes(path))
    const sizeOf = (name: string) => {
      const found = later.filter((path) => path.startsWith(`/assets/${name}-`))
      expect(found, name).toHaveLength(1)
      return textOf(found[0] ?? '').length
    }
    expect(first.reduce((sum, path) => sum + textOf(path).length, 0)).toBeLessThan(JS_LIMIT)
    expect(sizeOf('pages')).toBeLessThan(REGISTER_LIMIT)
    expect(sizeOf('response-pages')).toBeLessThan(RESPONSE_LIMIT)
    expect(sizeOf('waveform-panel')).toBeLessThan(WAVEFORM_LIMIT)
    expect(sizeOf('derived-panel')).toBeLessThan(DERIVED_LIMIT)
    expect(sizeOf('detector-pages')).toBeLessThan(DETECTOR_LIMIT)
    const shared = later
      .filter((path) => !/\/((response-|detector-)?pages|waveform-panel|derived-panel)-/.test(path))
      .map((path) => textOf(path).length)
    expect(shared.reduce((sum, size) => sum + size, 0)).toBeLessThan(SHARED_LIMIT)
    for (const script of scripts.map(textOf)) {
      expect(script).not.toContain('WGS 84')
      expect(script).not.toContain('CONFIG_UNREADABLE')
      expect(script).not.toContain('HAZARD_INCOMPLETE')
      expect(script).not.toContain('additionalProperties')
    }
  })
})
