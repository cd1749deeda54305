import { beforeEach, describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import { type AlarmSettings, effective, pastOf } from '../../alerting/settings/alarm-settings.ts'
import type { WantedValues } from '../../contracts/alarm-settings.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'
import { changed } from './settings-fixtures.ts'

const facility = smallFacility('{ H: { when: high, limit: 20, deadband: 2, priority: high, onDelay: 2s } }')

let engine: AlarmEngine
let settings: AlarmSettings
beforeEach(() => {
  engine = new AlarmEngine({ facility, now: 0 })
  const file = facility.sensors.get('T-1')?.alarms.find(({ key }) => key === 'H')
  if (file === undefined) throw new Error('no alarm')
  settings = { file, unit: 'ppm', revisions: [] }
  live(10, 5)
})

const reading = (seconds: number, value: number) => ({
  sensor: 'T-1',
  time: seconds * 1_000,
  value,
  quality: 'good' as const,
})

function live(seconds: number, value: number, isAfterHole = false): string[] {
  const now = seconds * 1_000
  const told = brief(engine.advance(now))
  const fork = isAfterHole ? engine.fork('gw-1') : null
  const batch = evidenceBatch({ sent: now, readings: [reading(seconds, value)], fork })
  return [...told, ...brief(engine.evaluate(batch, now))]
}

/** The clock of gw-1 is right, so that it is sensor time. */
function change(seconds: number, wanted: WantedValues): string[] {
  settings = changed(settings, wanted, seconds * 1_000)
  const to = { config: effective(settings), past: pastOf(settings) }
  return brief(engine.reconfigure('T-1.H', to, seconds * 1_000))
}

/** [second, value] each, in one batch that arrives at second 100. */
function late(...readings: [number, number][]): string[] {
  const list = readings.map(([seconds, value]) => reading(seconds, value))
  const sent = list.at(-1)?.time ?? 0
  return brief(engine.evaluate(evidenceBatch({ sent, late: list, isLive: false }), 100_000))
}

const finish = () => brief(engine.finishLate('gw-1', { epoch: 'e1', seq: 99_000 }, 100_000))

/** `late 12-15 peak 30`, or `raised 12`; without the silence between. */
function brief({ transitions }: Evaluation): string[] {
  return transitions.flatMap(({ event, time, late: found, config }) => {
    if (config.id !== 'T-1.H') return []
    if (found === undefined) return [`${event} ${time / 1_000}`]
    const end = found.end === null ? '..' : found.end / 1_000
    return [`late ${found.start / 1_000}-${end} peak ${found.peak.value}`]
  })
}

describe('late readings are judged by the settings in force at their time', () => {
  it('and not by a lower limit of today', () => {
    live(60, 5, true)
    change(70, { limit: 8 })
    expect([...late([20, 15], [30, 15], [40, 5]), ...finish()]).toEqual([])
  })

  it('and not by a higher limit of today', () => {
    live(60, 5, true)
    change(70, { limit: 90 })
    expect(late([20, 25], [30, 26], [40, 5])).toEqual(['late 22-40 peak 26'])
  })

  it('nor by another delay', () => {
    live(60, 5, true)
    change(70, { onDelay: '0s' })
    expect(late([20, 25], [21, 5], [30, 25], [33, 5])).toEqual(['late 32-33 peak 25'])
  })

  it('each by its own, after several changes', () => {
    live(60, 5, true)
    change(62, { limit: 30 })
    change(64, { limit: 40 })
    change(66, { limit: 20 })
    expect(late([20, 25], [30, 5])).toEqual(['late 22-30 peak 25'])
    expect(late([61, 5], [63.5, 35], [65.9, 35], [65.95, 5])).toEqual([])
  })
})

describe('a change in the hole', () => {
  it('raises at its own time, after the on-delay, on what was held then', () => {
    change(30, { limit: 10 })
    live(60, 5, true)
    expect(late([20, 15], [40, 14], [50, 5])).toEqual(['late 32-50 peak 15'])
  })

  it('is found though the next reading is calm', () => {
    change(30, { limit: 10 })
    live(60, 5, true)
    expect(late([20, 15], [40, 5])).toEqual(['late 32-40 peak 15'])
  })

  it('ends an occurrence at its own time', () => {
    change(30, { limit: 90 })
    live(60, 5, true)
    expect(late([20, 25], [40, 25])).toEqual(['late 22-30 peak 25'])
    expect(finish()).toEqual([])
  })

  it('that comes behind the last reading ends it too', () => {
    change(30, { limit: 90 })
    live(60, 5, true)
    expect(late([20, 25], [25, 26])).toEqual([])
    expect(finish()).toEqual(['late 22-30 peak 26'])
  })

  it('starts the off-delay of what was seen', () => {
    change(15, { offDelay: '10s' })
    change(30, { limit: 90 })
    live(60, 5, true)
    expect(late([20, 25], [39, 25], [41, 25])).toEqual(['late 22-40 peak 25'])
  })
})

it('a change between two readings of a run that goes on is judged once', () => {
  live(60, 5, true)
  expect(late([20, 25], [24, 25])).toEqual([])
  change(70, { limit: 30 })
  expect(late([28, 26], [32, 5])).toEqual(['late 22-32 peak 26'])
  expect(late([36, 40], [37, 40], [39, 5])).toEqual(['late 38-39 peak 40'])
})
