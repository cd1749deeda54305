import { describe, expect, it } from 'vitest'
import { systemSensors } from '../../alerting/system-sensors.ts'
import { API_ERROR_GROUPS } from '../../contracts/api-error-codes.ts'
import { ERROR_GROUPS, ERRORS } from '../../contracts/error-codes.ts'
import type { ExportPlan } from '../../contracts/register/export-plan.ts'
import { toldFacility } from '../alerting/notify/notify-scene.ts'
import { filesLike } from '../contracts/source-files.ts'
import { plantWith } from '../gateway/annunciator/annunciator-plant.ts'

const FOLDER = 'docs/runbooks'
const pages = filesLike(`${FOLDER}/*.md`)
const index = pages.get(`${FOLDER}/README.md`) ?? ''
const runbooks = [...pages].filter(([path]) => !path.endsWith('README.md'))

/** Groups whose codes go to whoever typed a command: the remedy beside them is all there is. So it is with answers of the API. */
const SAID_AT_ONCE: readonly string[] = [
  'Backup of the state',
  'Reports',
  'The port of a gateway',
  'Simulation',
  'People and sign-in',
  'Answers from messages',
  'The roster',
  'Inspections',
  'Grafana',
  'Deployment',
  'Public reports',
  'Incidents and response',
  'The hazard register',
  'Figures of the hazard register',
  'Attachments',
  'Records that are analysed',
]
const SAID_AT_ONCE_CODES = [
  'TABLE_UNREADABLE',
  'TABLE_INVALID',
  'FILE_UNWRITABLE',
  'USAGE',
  'EXPORT_FAILED',
  'AUTH_NOT_BUILT',
  'CHANNEL_UNKNOWN',
  'OUTBOUND_UNKNOWN',
  'REGISTER_CONFLICT',
  'WAVEFORM_UNKNOWN',
]

/** What leads to a page, as it says itself. */
const leadsOf = (text: string) => text.match(/Leads here: ([\s\S]*?)\.\n/)?.[1] ?? ''
const named = new Set(
  runbooks.flatMap(([, text]) => [...leadsOf(text).matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)),
)

const needingAPerson = Object.entries(ERROR_GROUPS)
  .filter(([group]) => !SAID_AT_ONCE.includes(group) && !Object.hasOwn(API_ERROR_GROUPS, group))
  .flatMap(([, rows]) => Object.keys(rows))
  .filter((code) => !SAID_AT_ONCE_CODES.includes(code))

describe('runbooks', () => {
  it.each(runbooks)('%s has the parts in their order', (_path, text) => {
    const order = [
      '# ',
      'Leads here:',
      '**What it means.**',
      '**What is at risk.**',
      '## Now',
      '\n1. ',
      '## Over when',
    ]
    const at = order.map((part) => text.indexOf(part))
    expect(at).not.toContain(-1)
    expect(at).toEqual(at.toSorted((a, b) => a - b))
  })

  it('has an index with every page, and what leads there', () => {
    for (const [path, text] of runbooks) {
      const file = path.slice(FOLDER.length + 1)
      const row = index.split('\n').find((line) => line.includes(`(${file})`)) ?? ''
      expect(row, file).toContain(text.split('\n')[0]?.slice(2))
      expect(row, file).toContain(leadsOf(text).replaceAll(/\s+/g, ' '))
    }
  })

  it.each(needingAPerson)('says what to do about %s', (code) => {
    expect(named).toContain(code)
  })

  it('names no code that is not there', () => {
    const codes = [...named].filter((name) => /^[A-Z]+(_[A-Z]+)+$/.test(name))
    expect(codes.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([])
  })

  it('says what to do about every alarm of the system about itself', () => {
    const told = toldFacility('')
    const city: ExportPlan = { id: 'city', kind: 'file', folder: '/', maxAgeMs: 1, batch: 1 }
    const facility = {
      ...told,
      annunciators: plantWith().facility.annunciators,
      register: { ...told.register, exports: [city] },
    }
    const ofAnyGateway = (id: string) =>
      facility.gateways
        .reduce((text, gateway) => text.replace(`sys.${gateway.id}.`, 'sys.{gateway}.'), id)
        .replace('sys.horns.', 'sys.{annunciator}.')
        .replace(/^sys\.notify\..*/, 'sys.notify.{channel}')
        .replace(/^sys\.export\..*/, 'sys.export.{export}')
    const alarms = systemSensors(facility).flatMap(({ id, alarms: all }) =>
      all.map(({ key }) => `${ofAnyGateway(id)}.${key}`),
    )
    expect(alarms.length).toBeGreaterThan(8)
    expect(alarms.filter((alarm) => !named.has(alarm))).toEqual([])
  })

  it('links to pages that are there', () => {
    const missing = runbooks.flatMap(([path, text]) =>
      [...text.matchAll(/\]\(([^)#]+\.md)/g)]
        .map(([, to = '']) => new URL(to, `file:///${path}`).pathname.slice(1))
        .filter((to) => filesLike(to).size === 0)
        .map((to) => `${path}: ${to}`),
    )
    expect(missing).toEqual([])
  })
})
