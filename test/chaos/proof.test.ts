import { describe, expect, it } from 'vitest'
import type { JournalItem, LedgerItem } from '../../contracts/api.ts'
import type { StoredRow } from './evidence/stored-row.ts'
import { DeviceRecord } from './field/device-record.ts'
import { WAVE } from './field/signal.ts'
import { SET_POINTS, type SetPointKey } from './field/wave.ts'
import type { Evidence } from './proof/evidence.ts'
import { occurrencesIn } from './proof/occurrence.ts'
import { prove } from './proof/proof.ts'

const START = 1_795_000_000_000
const ANSWERS = 80
const SENSOR = 'gw-1-d0-s0'

/** One watched sensor, eighty answers of which everything went well. */
class World {
  readonly record = new DeviceRecord({ id: 'gw-1-d0', gateway: 'gw-1', signal: WAVE, sensors: [SENSOR] })
  rows: StoredRow[] = []
  journal: JournalItem[] = []
  ledger: LedgerItem
  /** When the run of the gateway was killed, monotonic ms. */
  until: number | undefined

  constructor() {
    const connection = { life: 'gw-1-run1', last: 0 }
    for (let number = 1; number <= ANSWERS; number++) {
      this.record.give({ at: number * 100, connection })
      this.rows.push({ time: START + number * 100, value: WAVE.valueOf(0, number), quality: 'good' })
    }
    this.ledger = {
      facility: 'drill',
      gateway: 'gw-1',
      from: new Date(START).toISOString(),
      to: new Date(START + 60_000).toISOString(),
      sent: ANSWERS,
      received: ANSWERS,
      stored: ANSWERS,
      duplicate: 0,
      late: 0,
      refused: 0,
      dropped: 0,
      missing: 0,
      gaps: [],
    }
    for (const key of Object.keys(SET_POINTS) as SetPointKey[]) this.#tell(key)
  }

  #tell(key: SetPointKey): void {
    const taken = this.rows.map(({ time, value = 0, quality }, at) => ({
      number: at + 1,
      time,
      value,
      quality,
    }))
    for (const [n, { start, end }] of occurrencesIn(taken, SET_POINTS[key]).entries()) {
      this.#enter(key, n, 'raised', start)
      if (end !== undefined) this.#enter(key, n, 'returned', end)
    }
  }

  #enter(key: SetPointKey, n: number, event: string, { time, value }: { time: number; value: number }): void {
    const alarm = { id: `${SENSOR}.${key}`, value, occurrence: `${SENSOR}.${key}#${n + 1}` }
    const item = { seq: this.journal.length + 1, event, time: new Date(time).toISOString(), alarm }
    this.journal.push(item as unknown as JournalItem)
  }

  /** Law and text of all that is found. */
  findings(): string[] {
    const life = { id: 'gw-1-run1', gateway: 'gw-1', since: 0, until: this.until, stoppedAt: undefined }
    const evidence: Evidence = {
      devices: [this.record],
      lives: [life],
      steps: new Map(),
      snapshots: { readingsIn: () => 0 },
      rows: new Map([[SENSOR, this.rows]]),
      journal: this.journal,
      ledger: [this.ledger],
    }
    return prove(evidence).findings.map(({ law, text }) => `${law}: ${text}`)
  }

  count(dropped: number, reason: string): void {
    const { from, to } = this.ledger
    const gap = { epoch: 'gw-1-run1.1', seqs: [[1, 1]], count: dropped, from, to, reason, told: to }
    this.ledger = {
      ...this.ledger,
      received: ANSWERS - dropped,
      stored: ANSWERS - dropped,
      dropped,
      gaps: [gap],
    }
  }
}

/** The one in the middle of the wave, where nothing is told. */
const CALM = 5

describe('the proof of a drill', () => {
  it('finds nothing where nothing is wrong', () => {
    const world = new World()
    expect(world.journal.length).toBeGreaterThan(8)
    expect(world.findings()).toEqual([])
  })

  it('finds a reading that is not there, unless it is counted', () => {
    const world = new World()
    world.rows.splice(CALM, 1)
    expect(world.findings()).toEqual([expect.stringMatching(/^lost: gw-1-run1: 1 readings are missing, 0 /)])
    world.count(1, 'full')
    expect(world.findings()).toEqual([])
  })

  it('lets a restart cost what was sampled just before it, and nothing else', () => {
    const world = new World()
    world.rows.splice(CALM, 1)
    world.count(1, 'restart')
    world.until = ANSWERS * 100 + 50
    expect(world.findings()).toEqual([expect.stringMatching(/^gaps: .* longer than a group commit/)])
    world.until = (CALM + 2) * 100
    expect(world.findings()).toEqual([])
  })

  it('finds what is counted and was never lost', () => {
    const world = new World()
    world.count(1, 'full')
    expect(world.findings()).toEqual([expect.stringMatching(/^gaps: .* counted as dropped, and only 0/)])
  })

  it('finds a reading that stands under two times, and one that nobody gave', () => {
    const world = new World()
    const row = world.rows[CALM]
    if (row === undefined) throw new Error('no row')
    world.rows.splice(CALM + 1, 0, { ...row, time: row.time + 1 })
    expect(world.findings()).toEqual([expect.stringMatching(/^duplicated: .* number 6 stands at /)])
    world.rows.splice(CALM + 1, 1, { ...row, time: row.time + 1, value: 1.25 })
    expect(world.findings()).toEqual([expect.stringMatching(/^invented: /)])
  })

  it('finds times that do not increase', () => {
    const world = new World()
    const row = world.rows[CALM]
    if (row === undefined) throw new Error('no row')
    world.rows[CALM] = { ...row, time: row.time + 150 }
    expect(world.findings()).toEqual([expect.stringMatching(/^order: /)])
  })

  it('finds an alarm that was not told, told twice, or told without a reason', () => {
    const untold = new World()
    untold.journal = untold.journal.slice(2)
    expect(untold.findings()).toEqual([expect.stringMatching(/^alarms: .* is not told$/)])
    const twice = new World()
    const [raised, returned] = twice.journal
    if (raised === undefined || returned === undefined) throw new Error('no entries')
    twice.journal = [raised, returned, raised, ...twice.journal.slice(1)]
    expect(twice.findings().some((text) => /^alarms: .* is told 2 times/.test(text))).toBe(true)
    const strange = new World()
    const calm = strange.rows[CALM]
    const alarm = { ...raised.alarm, value: calm?.value }
    const time = new Date(calm?.time ?? 0).toISOString()
    strange.journal = [{ ...raised, time, alarm } as JournalItem, ...strange.journal]
    expect(strange.findings().some((text) => text.includes('is of no occurrence'))).toBe(true)
  })

  it('finds books that do not add up', () => {
    const world = new World()
    world.ledger = { ...world.ledger, stored: ANSWERS - 1, missing: 2 }
    expect(world.findings()).toEqual([
      'ledger: gw-1: 2 missing',
      `ledger: gw-1: ${ANSWERS} received, ${ANSWERS - 1} stored`,
    ])
  })
})
