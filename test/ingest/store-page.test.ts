import { describe, expect, it } from 'vitest'
import { SENSOR_KINDS } from '../../contracts/facility-words.ts'
import { QUALITY_NUMBER } from '../../contracts/quality.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import { MIRROR_WAITING } from '../../ingest/drain/mirror.ts'
import { alarmPoint } from '../../ingest/status/alarm-point.ts'
import { AreaTally } from '../../ingest/status/area-tally.ts'
import { derivedPoint, filledPoint } from '../../ingest/status/derived-point.ts'
import { gatewayPoints } from '../../ingest/status/gateway-points.ts'
import { headPoint } from '../../ingest/status/journal-heads.ts'
import { limitPoint } from '../../ingest/status/limit-point.ts'
import { facilityNumbers } from '../../ingest/status/pipeline-numbers.ts'
import { pipelinePoint } from '../../ingest/status/pipeline-point.ts'
import { standingPoint } from '../../ingest/status/standing-point.ts'
import { summedRollUp } from '../../ingest/store/influx/influx-roll-up.ts'
import { ReadingLines, statusLine } from '../../ingest/store/influx/line-protocol.ts'
import { MinuteSums } from '../../ingest/store/influx/minute-sums.ts'
import { ROLL_UP_POLICY, rollUpBucket } from '../../ingest/store/influx/places.ts'
import { filesLike } from '../contracts/source-files.ts'
import { parseLines } from './line-protocol-parser.ts'
import { measuredServer } from './measured-server.ts'
import { plant } from './plant.ts'
import { figures, fullHealth, gatewayShown, journalItem } from './status-scene.ts'
import { good, pointsOf } from './store-points.ts'

const page = filesLike('docs/reference/store.md').get('docs/reference/store.md') ?? ''

/** A section of the page, with those below it. */
function section(heading: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
}

/** Names of tags and fields that the page does not have in that section. */
function unnamed(text: string, point: StatusPoint): string[] {
  const [line] = parseLines(statusLine(point) ?? '')
  return [...Object.keys(line?.tags ?? {}), ...Object.keys(line?.fields ?? {})].filter(
    (name) => !text.includes(`\`${name}\``),
  )
}

describe('docs/reference/store.md', () => {
  it('names every measurement, tag and field of readings', () => {
    const text = section('Readings')
    for (const kind of SENSOR_KINDS) expect(text).toContain(`\`${kind}\``)
    const [line] = parseLines(new ReadingLines({ hasReason: true }).textOf(pointsOf([good(1, 1)]), 'ms'))
    for (const name of [...Object.keys(line?.tags ?? {}), ...Object.keys(line?.fields ?? {})])
      expect(text).toContain(`\`${name}\``)
    const { good: best, uncertain, bad } = QUALITY_NUMBER
    expect(text).toContain(`${best} good, ${uncertain} uncertain, ${bad} bad`)
  })

  it('names every field of a roll-up, and where it is', () => {
    const sums = new MinuteSums(() => -60_000)
    for (const point of pointsOf([good(1, 1)])) sums.add('key', point)
    const [sum] = sums.take(0).sums
    if (sum === undefined) throw new Error('no sum')
    expect(unnamed(section('Roll-ups') + section('Readings'), summedRollUp(sum, 0))).toEqual([])
    expect(section('Roll-ups')).toContain(`\`${ROLL_UP_POLICY}\``)
    expect(section('Roll-ups')).toContain(`\`${rollUpBucket('{bucket}')}\``)
  })

  it('names every tag and field of alarms', () => {
    expect(unnamed(section('Alarms'), alarmPoint(journalItem(1)))).toEqual([])
  })

  it('names every tag and field of what dashboards are drawn from', () => {
    const { alarm } = journalItem(1)
    expect(unnamed(section('Standing alarms'), standingPoint(alarm, 1))).toEqual([])
    const config = { id: alarm.id, limit: 1, deadband: 1, priority: 'high', when: 'high' } as const
    const limit = limitPoint(config, alarm, 1)
    if (limit === undefined) throw new Error('no limit')
    expect(unnamed(section('Standing alarms') + section('Limits'), limit)).toEqual([])
    const names = { facility: 'plant', facilityName: 'Plant', id: 'yard', name: 'Yard' }
    const area = new AreaTally().point({ ...names, location: { lat: 1, lon: 1 } }, 1)
    expect(unnamed(section('Areas'), area)).toEqual([])
  })

  it('names every tag and field of derived sensors', () => {
    const sensor = { id: 'V-1', area: 'yard', compute: 'vote' }
    const detail = { configured: '2oo3', live: '1oo2', need: 1, of: 2, votes: 0, channels: [1, 2, 3] }
    const point = derivedPoint('plant', sensor, { coverage: 1, detail }, 1)
    if (point === undefined) throw new Error('nothing is said of a vote')
    expect(Object.keys(point.fields)).toHaveLength(8)
    for (const each of [point, filledPoint('plant', sensor, { coverage: 1, minute: 0 })])
      expect(unnamed(section('Derived sensors'), each)).toEqual([])
  })

  it('names every number of the pipeline', async () => {
    const { server, place } = measuredServer()
    const numbers = { ...(await server.take()), ...facilityNumbers(place, () => 8) }
    expect(unnamed(section('Health'), pipelinePoint('plant', numbers, 1))).toEqual([])
    for (const name of Object.keys(numbers)) expect(section('Health')).toContain(`\`${name}\``)
  })

  it('names every tag and field of the journal', () => {
    const head = { facility: 'plant', n: 1, head: '1:00', time: 1, signature: 'AA==' }
    expect(unnamed(section('The journal'), headPoint(head))).toEqual([])
  })

  it('names every field of health, of its measurement', () => {
    const [gateway] = plant().gateways
    if (gateway === undefined) throw new Error('no gateway')
    const heard = { since: '2026-11-21T10:00:00Z', lastHeard: '2026-11-21T10:00:00Z' }
    const points = gatewayPoints({ ...gatewayShown, ...heard, health: fullHealth }, gateway, 1, figures)
    expect(points.length).toBe(3)
    for (const point of points) expect(unnamed(section('Health'), point)).toEqual([])
  })

  it('says how much waits for the mirror', () => {
    expect(section('VictoriaMetrics')).toContain(`${MIRROR_WAITING.toLocaleString('en')} readings`)
  })
})
