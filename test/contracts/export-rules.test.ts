import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { PLANT, problemsOf } from './plant-text.ts'

const withExports = (...exports: string[]) =>
  `${PLANT}register:\n  exports:\n${exports.map((each) => `    - { ${each} }\n`).join('')}`
const WEBHOOK = 'id: city, kind: webhook, url: "https://city.example/in", hazards: true'
const FILE = 'id: disk, kind: file, folder: out, alarms: {}'

function problemsWith(...exports: string[]): string[] {
  return problemsOf(withExports(...exports)).lines.map((line) => line.replace(/^\d+:\d+ register\./, ''))
}

describe('exports of a facility file', () => {
  it('become plans with absolute paths and defaults', () => {
    const text = withExports(
      `${WEBHOOK}, secretFile: s, headersFile: /run/h, ca: ca.pem, maxAge: 2d, timeout: 3s`,
      `${FILE}, hazards: { grades: [major], statuses: [found] }, batch: 7`,
    )
    expect(parseFacility(text, '/etc/davylamp/x.yaml').register.exports).toEqual([
      {
        id: 'city',
        kind: 'webhook',
        url: 'https://city.example/in',
        timeoutMs: 3_000,
        secretFile: '/etc/davylamp/s',
        headersFile: '/run/h',
        ca: '/etc/davylamp/ca.pem',
        hazards: {},
        maxAgeMs: 172_800_000,
        batch: 50,
      },
      {
        id: 'disk',
        kind: 'file',
        folder: '/etc/davylamp/out',
        hazards: { grades: ['major'], statuses: ['found'] },
        alarms: {},
        maxAgeMs: 30 * 86_400_000,
        batch: 7,
      },
    ])
  })

  it.each([
    [[WEBHOOK, WEBHOOK], ['exports[1].id: "city" is there twice']],
    [[WEBHOOK.replace('https', 'http')], [/exports\[0\]\.url: http:\/\/ is for loopback addresses only/]],
    [[WEBHOOK.replace('city.example', 'me:pw@city.example')], [/url: no user or password in a URL/]],
    [[WEBHOOK.replace(', hazards: true', '')], [/exports\[0\]: it sends nothing/]],
    [[`${WEBHOOK}, folder: out`], ['exports[0].folder: kind webhook has no folder']],
    [['id: city, kind: webhook, hazards: true'], ['exports[0]: kind webhook needs url']],
    [[FILE.replace(', folder: out', '')], ['exports[0]: kind file needs folder']],
    [[`${FILE}, secretFile: s`], ['exports[0].secretFile: kind file has no secretFile']],
    [[FILE, FILE.replace('disk', 'other')], ['exports[1].folder: "out" is another\'s folder']],
    [[`${WEBHOOK}, timeout: 5m`], [/exports\[0\]\.timeout: 5m: expected 100ms to 2m/]],
    [[`${WEBHOOK}, maxAge: 1m`], [/exports\[0\]\.maxAge: 1m: expected 1h to 400d/]],
    [[WEBHOOK.replace('true', '{ grades: [serious] }')], [/exports\[0\]\.hazards/]],
    [[WEBHOOK.replace('true', 'false')], [/exports\[0\]\.hazards/]],
    [
      [`${WEBHOOK}, alarms: { match: { sensors: [GT-9], areas: [tank-frm] } }`],
      [/match\.sensors\[0\]: no sensor "GT-9"/, /match\.areas\[0\]: no area "tank-frm"/],
    ],
  ])('%j: %j', (exports, expected) => {
    const problems = problemsWith(...exports)
    expect(problems).toHaveLength(expected.length)
    for (const [index, each] of expected.entries())
      expect(problems[index]).toMatch(
        typeof each === 'string' ? new RegExp(`^${RegExp.escape(each)}$`) : each,
      )
  })
})
