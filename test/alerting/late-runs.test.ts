import { beforeEach, describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { shownState } from '../../alerting/alarm-record.ts'
import type { Evaluation } from '../../alerting/evaluation.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2, priority: high, onDelay: 2s }, L: { when: low, limit: 1, priority: low } }',
)
let engine: AlarmEngine
beforeEach(() => {
  engine = new AlarmEngine({ facility, now: 0 })
})

function at(seconds: number, value: number, quality: Reading['quality'] = 'good', sensor = 'T-1'): Reading {
  const reason = quality === 'bad' ? { reason: 'timeout' } : {}
  return { sensor, time: seconds * 1_000, value, quality, ...reason }
}

function live(seconds: number, readings: Reading[], isAfterHole = false): string[] {
  const now = seconds * 1_000
  const told = brief(engine.advance(now))
  const fork = isAfterHole ? engine.fork('gw-1') : null
  return [...told, ...brief(engine.evaluate(evidenceBatch({ sent: now, readings, fork }), now))]
}

/** A batch made at the time of its last reading, that arrives at second 100 or later. */
function late(
  readings: Reading[],
  { sent = readings.at(-1)?.time ?? 0, ...place }: { sent?: number; epoch?: string; seq?: number } = {},
): string[] {
  return brief(engine.evaluate(evidenceBatch({ sent, ...place, late: readings, isLive: false }), 100_000))
}

const finish = (before = 99) =>
  brief(engine.finishLate('gw-1', { epoch: 'e1', seq: before * 1_000 }, 100_000))
const seconds = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? '..' : String(ms / 1_000)

/** `T-1.H late 12-15 peak 30 UNACK`, or `T-1.H raised 12 UNACK`; without the silence between. */
function brief({ transitions }: Evaluation): string[] {
  const told = transitions.filter(({ event, record }) => event === 'late' || record.sample.reason !== 'stale')
  return told.map(({ config, event, time, late: found, record }) =>
    found === undefined
      ? `${config.id} ${event} ${seconds(time)} ${shownState(record)}`
      : `${config.id} late ${seconds(found.start)}-${seconds(found.end)} peak ${found.peak.value} ${shownState(record)}`,
  )
}

describe('an occurrence in readings that come late', () => {
  it('is entered once, with start, end and peak, and left to be acknowledged', () => {
    live(10, [at(10, 5)])
    live(60, [at(60, 5)], true)
    expect(late([at(20, 25), at(23, 31), at(26, 28)])).toEqual([])
    expect(late([at(30, 5), at(35, 5)])).toEqual(['T-1.H late 22-30 peak 31 RTNUN'])
    expect(engine.entry('T-1.H')?.record).toMatchObject({
      late: true,
      occurrence: 1,
      raised: 22_000,
      sample: { value: 31 },
    })
    expect(finish()).toEqual([])
  })

  it('of a low priority is an entry and nothing else', () => {
    live(60, [at(60, 5)], true)
    expect(late([at(20, 0.5), at(21, 0.2), at(22, 5)])).toEqual(['T-1.L late 20-22 peak 0.2 NORM'])
  })

  it('that is over before its delay is none', () => {
    live(60, [at(60, 5)], true)
    expect(late([at(20, 25), at(21, 5), at(40, 25), at(41.9, 25), at(41.95, 5)])).toEqual([])
    expect(finish()).toEqual([])
  })

  it('is not ended by bad or uncertain data', () => {
    live(60, [at(60, 5)], true)
    expect(late([at(20, 25), at(23, 0, 'bad'), at(25, 3, 'uncertain')])).toEqual([])
    expect(late([at(26, 5)])).toEqual(['T-1.H late 22-26 peak 25 RTNUN', 'T-1.FAULT late 23-26 peak 0 UNACK'])
  })

  it('of two in one hole makes two entries, and the alarm keeps the first one', () => {
    live(60, [at(60, 5)], true)
    expect(late([at(20, 25), at(24, 5), at(30, 40), at(34, 5)])).toEqual([
      'T-1.H late 22-24 peak 25 RTNUN',
      'T-1.H late 32-34 peak 40 RTNUN',
    ])
    expect(engine.entry('T-1.H')?.record).toMatchObject({ occurrence: 1, raised: 22_000, transitions: 2 })
  })

  it('leaves an alarm that stands live as it is', () => {
    live(60, [at(60, 30)], true)
    expect(live(63, [at(63, 30)])).toEqual(['T-1.H raised 62 UNACK'])
    expect(late([at(20, 25), at(24, 5)])).toEqual(['T-1.H late 22-24 peak 25 UNACK'])
    expect(engine.entry('T-1.H')?.record).toMatchObject({ occurrence: 1, raised: 62_000, late: false })
  })
})

describe('at the end of a hole', () => {
  it('a batch that comes only after another hole ends the first one all the same', () => {
    live(10, [at(10, 5)])
    const fork = engine.fork('gw-1')
    live(80, [at(80, 5)], true)
    engine.evaluate(evidenceBatch({ sent: 60_000, readings: [], fork }), 80_000)
    expect(late([at(50, 25), at(53, 26)])).toEqual([])
    expect(finish(60)).toEqual(['T-1.H late 52-60 peak 26 RTNUN'])
    expect(late([at(70, 25), at(73, 26), at(75, 5)])).toEqual(['T-1.H late 72-75 peak 26 RTNUN'])
  })

  it('a batch that comes again begins no other', () => {
    const behind = evidenceBatch({ sent: 60_000, readings: [], fork: {} })
    engine.evaluate(behind, 60_000)
    late([at(50, 25)])
    expect(brief(engine.evaluate(behind, 100_000))).toEqual([])
    expect(finish()).toEqual(['T-1.H late 52-60 peak 25 RTNUN'])
  })

  it('what still stood ended with it, when the live alarm is quiet', () => {
    live(60, [at(60, 5)], true)
    expect(late([at(50, 25), at(53, 26)])).toEqual([])
    expect(finish(59)).toEqual([])
    expect(finish(60)).toEqual(['T-1.H late 52-60 peak 26 RTNUN'])
  })

  it('what still stood went on in the live occurrence', () => {
    live(60, [at(60, 27)], true)
    live(63, [at(63, 27)])
    late([at(50, 25), at(53, 26)])
    expect(finish()).toEqual(['T-1.H late 52-.. peak 26 UNACK'])
  })

  it('a delay that ran out in it has run out', () => {
    live(60, [at(60, 5)], true)
    late([at(50, 25)])
    expect(finish()).toEqual(['T-1.H late 52-60 peak 25 RTNUN'])
  })
})

describe('what was seen live behind the hole', () => {
  it('is no news when its reading comes again, though the alarm has occurred once more since', () => {
    expect(live(60, [at(60, 0.5)], true)).toContain('T-1.L raised 60 UNACK')
    live(61, [at(61, 5)])
    live(62, [at(62, 0.5)])
    expect(late([at(59, 5), at(60, 0.5)], { sent: 59_999 })).toEqual([])
    expect(finish()).toEqual([])
  })

  it('and began there is no end of what stood when the hole ended', () => {
    live(60, [at(60, 5)], true)
    live(70, [at(70, 0.5)])
    late([at(50, 0.5)])
    expect(finish()).toEqual([expect.stringMatching('T-1.L late 50-60 ')])
  })

  it('is known after a start', () => {
    live(60, [at(60, 0.5)], true)
    live(61, [at(61, 5)])
    live(62, [at(62, 0.5)])
    const records = new Map(
      [...engine.entries()].map(({ config, record }) => [config.id, { record, position: 1 }]),
    )
    engine = new AlarmEngine({ facility, now: 62_000, records, snapshot: engine.snapshot() })
    late([at(60, 0.5)], { sent: 59_999 })
    expect(finish()).toEqual([])
  })
})

describe('what was seen live before the hole', () => {
  it('is known to a batch that was made in the same millisecond as the live one behind it', () => {
    live(10, [at(10, 0.5)])
    live(60, [at(60, 5)], true)
    expect(late([at(59, 0.4), at(59.9, 0.3)], { sent: 60_000, seq: 59_999 })).toEqual([])
    expect(finish()).toEqual([])
  })

  it('is no news, and neither is its end; what begins after it is', () => {
    live(10, [at(10, 25)])
    expect(live(13, [at(13, 25)])).toEqual(['T-1.H raised 12 UNACK'])
    live(60, [at(60, 5)], true)
    expect(late([at(20, 25), at(30, 5)])).toEqual([])
    expect(late([at(40, 25), at(43, 25), at(45, 5)])).toEqual(['T-1.H late 42-45 peak 25 RTNUN'])
  })

  it('is known even when its readings come again, after a start', () => {
    live(10, [at(10, 25)])
    live(13, [at(13, 25)])
    live(20, [at(20, 5)])
    // The server starts again and its log lacks all that: the gateway sends it once more.
    live(60, [at(60, 5)], true)
    expect(late([at(10, 25), at(13, 25), at(20, 5)])).toEqual([])
  })

  it('is known however much has happened since, and so is what was told late', () => {
    live(10, [at(10, 0.5)])
    for (let second = 11; second < 41; second += 2) {
      live(second, [at(second, 5)])
      live(second + 1, [at(second + 1, 0.5)])
    }
    live(45, [at(45, 5)])
    live(60, [at(60, 5)], true)
    expect(late([at(50, 0.5), at(51, 5)])).toEqual([expect.stringMatching('T-1.L late 50-51 ')])
    // The disk of the server's log was full: the gateway sends it all once more.
    live(70, [at(70, 5)], true)
    const again = Array.from({ length: 16 }, (_, n) => [at(10 + 2 * n, 0.5), at(11 + 2 * n, 5)]).flat()
    expect(late([...again, at(50, 0.5), at(51, 5)], { seq: 60_001, sent: 60_001 })).toEqual([])
  })

  it('belongs to the hole in which it came, whichever is filled first', () => {
    live(10, [at(10, 5)])
    live(40, [at(40, 25)], true)
    expect(live(43, [at(43, 25)])).toEqual(['T-1.H raised 42 UNACK'])
    live(80, [at(80, 5)], true)
    expect(late([at(50, 25), at(55, 5), at(60, 35), at(63, 5)])).toEqual(['T-1.H late 62-63 peak 35 RTNUN'])
    expect(late([at(20, 45), at(25, 5)])).toEqual(['T-1.H late 22-25 peak 45 RTNUN'])
  })
})

describe('a gateway whose clock was set back', () => {
  const second = { epoch: 'e2' }

  function secondLive(time: number, readings: Reading[]): string[] {
    const batch = { ...second, seq: time * 1_000, sent: time * 1_000, readings, fork: engine.fork('gw-1') }
    return brief(engine.evaluate(evidenceBatch(batch), 100_000))
  }

  it('has what came late before and after weighed in its order, whatever the times say', () => {
    live(10, [at(10, 5)])
    live(60, [at(60, 5)], true)
    // In the next hole by 30 s: 70 s of the old epoch are 40 s of the new one.
    expect(secondLive(50, [at(50, 5)])).toEqual([])
    // What is left of the old epoch belongs behind its last live batch, and not into the hole before that.
    expect(late([at(65, 0.5)])).toEqual([])
    expect(late([at(40, 0.5), at(45, 5)], second)).toEqual([expect.stringMatching('T-1.L late 65-45 ')])
    expect(late([at(20, 0.5), at(25, 5)])).toEqual([expect.stringMatching('T-1.L late 20-25 ')])
    expect(finish()).toEqual([])
  })

  it('keeps what remained of a delay', () => {
    live(60, [at(60, 5)], true)
    secondLive(50, [at(50, 5)])
    late([at(65, 25)])
    expect(late([at(40, 25), at(41.9, 25), at(41.95, 5)], second)).toEqual([])
    expect(late([at(45, 25), at(47, 25), at(48, 5)], second)).toEqual([
      expect.stringMatching('T-1.H late 47-48 '),
    ])
  })

  it('has them behind what has come of the epochs before, in the hole that is still empty', () => {
    live(60, [at(60, 5)], true)
    late([at(20, 5)])
    live(61, [at(61, 0.5)])
    // Killed, started with a wrong clock that was put right before it was heard.
    const third = { epoch: 'e3', seq: 9, sent: 90_000, readings: [at(90, 5)], fork: engine.fork('gw-1') }
    engine.evaluate(evidenceBatch(third), 100_000)
    expect(late([at(30, 0.4), at(31, 5)], { epoch: 'never' })).toEqual([])
    expect(late([at(89, 5)], { epoch: 'e3', seq: 1 })).toEqual([])
  })

  it('keeps its hole open while anything older waits, though the hole before it is filled', () => {
    live(70, [at(70, 5)], true)
    expect(finish(71)).toEqual([])
    live(80, [at(80, 0.5)])
    secondLive(50, [at(50, 5)])
    // The third epoch is at the right time again.
    const third = { epoch: 'e3', seq: 2, sent: 90_000, readings: [at(90, 5)], fork: engine.fork('gw-1') }
    engine.evaluate(evidenceBatch(third), 100_000)
    expect(finish(85)).toEqual([])
    expect(late([at(49, 0.4)], { ...second, seq: 1 })).toEqual([])
    expect(late([at(49.5, 5)], { ...second, seq: 2 })).toEqual([])
  })

  it('has batches of an epoch that was never heard live in the hole that is being filled', () => {
    live(60, [at(60, 5)], true)
    secondLive(50, [at(50, 5)])
    late([at(65, 0.5)])
    expect(late([at(5, 0.5), at(6, 5)], { epoch: 'never' })).toEqual([
      expect.stringMatching('T-1.L late 65-6 '),
    ])
  })
})

it('what a batch from the hole could raise live is where the late ones go on from', () => {
  live(10, [at(10, 5)])
  // The first live batch behind the hole has other sensors: nothing newer of this one is known.
  live(60, [at(60, 5, 'good', 'T-2')], true)
  const early = evidenceBatch({ readings: [at(50, 0.5)], isLive: false })
  expect(brief(engine.evaluate(early, 100_000))).toEqual([expect.stringMatching('T-1.L raised 50 ')])
  live(61, [at(61, 5)])
  expect(late([at(51, 0.4), at(52, 5), at(53, 0.3), at(54, 5)])).toEqual([
    expect.stringMatching('T-1.L late 53-54 '),
  ])
})

describe('order among the late', () => {
  it('what comes out of it is not judged', () => {
    live(60, [at(60, 5)], true)
    late([at(30, 5)])
    expect(late([at(20, 25), at(23, 25), at(29, 5)])).toEqual([])
    expect(finish()).toEqual([])
  })

  it('sensors do not disturb each other', () => {
    live(60, [at(60, 5)], true)
    const other = (s: number, value: number) => at(s, value, 'good', 'T-2')
    expect(late([at(20, 25), other(20, 5), at(23, 25), other(23, 50), at(24, 5), other(26, 5)])).toEqual([
      'T-1.H late 22-24 peak 25 RTNUN',
      'T-2.H late 25-26 peak 50 RTNUN',
    ])
  })
})

it('the alarm that is left can be acknowledged, and is an ordinary one when it occurs again', () => {
  live(60, [at(60, 5)], true)
  late([at(20, 25), at(24, 5)])
  const input = { kind: 'acknowledge', time: 101_000, occurrence: 1, by: 'op', comment: null } as const
  expect(brief(engine.act('T-1.H', input, 101_000))).toEqual(['T-1.H acknowledged 101 NORM'])
  live(110, [at(110, 25)])
  expect(live(113, [at(113, 25)])).toEqual(['T-1.H raised 112 UNACK'])
  expect(engine.entry('T-1.H')?.record).toMatchObject({ occurrence: 2, late: false })
})

it('a shelved alarm gets the entry alone', () => {
  const flag = { by: 'op', cause: null, reason: 'works', until: 500_000 }
  engine.act('T-1.H', { kind: 'shelve', time: 5_000, flag }, 5_000)
  live(60, [at(60, 5)], true)
  expect(late([at(20, 25), at(24, 5)])).toEqual(['T-1.H late 22-24 peak 25 SHLVD'])
  expect(engine.entry('T-1.H')?.record).toMatchObject({ acked: true, occurrence: 0 })
})
