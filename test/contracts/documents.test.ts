import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesLike, ROOT } from './source-files.ts'

const documents = filesLike('docs/**/*.md', 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md')
const { scripts } = JSON.parse(filesLike('package.json').get('package.json') ?? '{}') as {
  scripts: Record<string, string>
}

/** Anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Targets of links and images that are no addresses elsewhere. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```.*?^```$/gms, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
}

function brokenLinks(path: string, text: string): string[] {
  return linksOf(text).filter((link) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : posix.join(posix.dirname(path), file)
    if (!existsSync(`${ROOT}${target}`)) return true
    return anchor !== undefined && !anchorsOf(documents.get(target) ?? '').includes(anchor)
  })
}

function unknownCommands(text: string): string[] {
  const named = [...text.matchAll(/npm run (?:-s )?([a-z][a-z0-9:-]*[a-z])/g)].map(([, name = '']) => name)
  return named.filter((name) => !Object.hasOwn(scripts, name))
}

describe.each([...documents])('%s', (path, text) => {
  it('links to what is there', () => {
    expect(brokenLinks(path, text)).toEqual([])
  })

  it('names commands that are there', () => {
    expect(unknownCommands(text)).toEqual([])
  })
})

describe('the checks of documents', () => {
  it('see a broken link, a broken anchor and an unknown command', () => {
    const text =
      '[a](nowhere.md) [b](reference/config.md#nothing) [c](#gone) [d](https://example.com) [e](reference/wire.md#topics)'
    expect(brokenLinks('docs/x.md', text)).toEqual(['nowhere.md', 'reference/config.md#nothing', '#gone'])
    expect(unknownCommands('npm run check, npm run chekc, npm run test:real')).toEqual(['chekc'])
  })
})
