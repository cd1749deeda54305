import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { ForeignDevices } from '../../ingest/foreign/foreign-devices.ts'
import { filesLike } from '../contracts/source-files.ts'

const page = filesLike('docs/foreign-devices.md').get('docs/foreign-devices.md') ?? ''
const [, section = ''] = /^```yaml\n(.*?)^```$/ms.exec(page) ?? []
const facility = parseFacility(
  `facility: { id: demo }\ngateways: [ { id: gw-1, buses: [] } ]\n${section}`,
  'foreign-devices.md',
)
const rows = [...page.matchAll(/^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$/gm)].map(
  ([, topic = '', payload = '', becomes = '']) => [topic, payload, becomes] as const,
)

describe('docs/foreign-devices.md', () => {
  it('has an example that loads, and messages of each of its devices', () => {
    expect(facility.foreign.map(({ id }) => id)).toEqual([
      'kitchen-detector',
      'fan-plug',
      'sump',
      'sump-switch',
    ])
    expect(rows.length).toBeGreaterThan(5)
    const foreign = new ForeignDevices(facility)
    const topics = new Set(rows.map(([topic]) => topic))
    for (const topic of foreign.subscriptions) expect(topics).toContain(topic)
  })

  it.each(rows)('says of %s %s what becomes of it', (topic, payload, becomes) => {
    const arrived = Date.UTC(2026, 10, 28)
    const message = { payload: Buffer.from(payload), arrived, isRetained: false }
    const [take] = new ForeignDevices(facility).take(topic, message) ?? []
    const readings = take?.readings.map(({ sensor, value, quality, reason }) =>
      [sensor, value, quality, reason].filter((part) => part !== undefined).join(' '),
    )
    const refused = take?.refused.map(({ code }) => code)
    expect([...(readings ?? []), ...(refused ?? [])].join(', ')).toBe(becomes)
  })
})
