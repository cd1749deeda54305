import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DISCARDS, type Discard, failureName, type ReadOutcome } from '../../../gateway/drivers/driver.ts'
import { Input } from '../../../gateway/drivers/input.ts'
import { StreamLink } from '../../../gateway/drivers/stream-link.ts'
import { ownTimers } from '../../own-timers.ts'
import {
  type Case,
  type Draw,
  MUTATIONS,
  PROTOCOLS,
  type Protocol,
  pieces,
  seeded,
} from './hostile-replies.ts'
import { MemoryStream } from './memory-stream.ts'

// Nothing a device can send makes a reading but the answer that was asked for, and nothing it can send
// keeps the line from the next one. What an answer is comes from code of the tests' own.

const REPLIES = 28_000
const REPLIES_TO_LINKS = 1_500
const SEED = 20_261_121
const names = Object.keys(MUTATIONS)

/** Counts by what came of it. */
class Tally {
  readonly outcomes = new Map<string, number>()
  readonly discards = new Map<Discard, number>()

  add(outcome: ReadOutcome): void {
    const key = outcome.ok ? 'answer' : outcome.failed.kind
    this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1)
  }

  discard(kind: Discard): void {
    this.discards.set(kind, (this.discards.get(kind) ?? 0) + 1)
  }

  get total(): number {
    return [...this.outcomes.values()].reduce((sum, count) => sum + count, 0)
  }
}

function mutate(made: Case, draw: Draw): { name: string; bytes: Buffer } {
  const name = names[draw(names.length)] ?? 'whole'
  return { name, bytes: MUTATIONS[name]?.(made, draw) ?? made.answer }
}

/** A data reading or an exception has to be found in the bytes by other code than the gateway's. */
function isJustified(outcome: ReadOutcome, reasons: readonly ReadOutcome[]): boolean {
  if (!outcome.ok && outcome.failed.kind !== 'exception') return true
  return reasons.some((reason) => isDeepStrictEqual(reason, outcome))
}

describe.each(Object.entries(PROTOCOLS))('hostile replies over %s', (protocolName, protocol) => {
  const random = seeded(SEED + protocolName.length)
  const draw: Draw = (limit) => Math.floor(random() * limit)

  it(`make no reading that is not the answer, ${REPLIES} of them`, () => {
    const tally = new Tally()
    const { framing } = protocol
    for (let n = 0; n < REPLIES; n++) {
      const number = n % 65_536
      const made = protocol.make(draw, number)
      const { name, bytes } = mutate(made, draw)
      const input = new Input({ framing, counter: tally })
      input.ask({ request: made.request, bytes: framing.encode(made.request, number), number })
      let heard: ReadOutcome | undefined
      for (const piece of pieces(bytes, draw)) heard ??= input.receive(piece)
      const outcome = heard ?? input.giveUp()
      tally.add(outcome)
      if (!isJustified(outcome, protocol.justified(bytes, made, number))) {
        expect.fail(
          `${name}: ${bytes.toString('hex')} made ${JSON.stringify(outcome)} of ${JSON.stringify(made.request)}`,
        )
      }
      const isFine = name !== 'whole' || isDeepStrictEqual(outcome, made.outcome)
      if (!isFine) expect.fail(`the answer ${bytes.toString('hex')} made ${JSON.stringify(outcome)}`)
    }
    expect(tally.total).toBe(REPLIES)
    expect([...tally.outcomes.keys()]).toEqual(expect.arrayContaining(EXPECTED[protocolName]?.outcomes ?? []))
    expect([...tally.discards.keys()]).toEqual(expect.arrayContaining(EXPECTED[protocolName]?.discards ?? []))
    for (const kind of tally.discards.keys()) expect(DISCARDS).toHaveProperty([kind])
    // Whole, trailed, merged and noisy ones are four mutations of fourteen; most others fail.
    expect((tally.outcomes.get('answer') ?? 0) / REPLIES).toBeLessThan(0.4)
    expect((tally.outcomes.get('answer') ?? 0) / REPLIES).toBeGreaterThan(1 / names.length - 0.01)
  })

  describe('to a link', () => {
    let waiting: () => number

    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
      waiting = ownTimers('gateway/drivers')
    })
    afterEach(() => {
      vi.unstubAllGlobals()
      vi.useRealTimers()
    })

    it(`neither stop it nor stay with it, ${REPLIES_TO_LINKS} of them`, async () => {
      const tally = new Tally()
      let { link, stream } = openLink(protocol, tally)
      let number = 0
      let mutedReads = 0
      let opened = 1

      async function read(made: Case, bytes: Buffer): Promise<ReadOutcome> {
        number = (number % 65_535) + 1
        stream.device = () => {
          for (const piece of pieces(bytes, draw)) stream.say(piece)
        }
        const pending = link.read(made.request)
        await vi.advanceTimersByTimeAsync(0)
        await vi.advanceTimersByTimeAsync(101)
        const outcome = await pending
        if (!stream.isOpen) {
          ;({ link, stream } = openLink(protocol, tally))
          opened += 1
          number = 0
        }
        return outcome
      }

      for (let n = 0; n < REPLIES_TO_LINKS; n++) {
        const hostile = protocol.make(draw, (number % 65_535) + 1)
        const { name, bytes } = mutate(hostile, draw)
        // What was left from before may be part of what is justified, so that only the sequel is looked at.
        tally.add(await read(hostile, bytes))
        let strikes = 0
        for (;;) {
          const asked = (number % 65_535) + 1
          const made = protocol.make(draw, asked)
          const outcome = await read(made, made.answer)
          if (isDeepStrictEqual(outcome, made.outcome)) break
          if (outcome.ok || outcome.failed.kind === 'exception') {
            expect.fail(`after ${name} ${bytes.toString('hex')}: ${JSON.stringify(outcome)}`)
          }
          strikes += 1
          mutedReads += 1
          expect(
            strikes,
            `${failureName(outcome.failed)} after ${name} ${bytes.toString('hex')}`,
          ).toBeLessThan(4)
          // What a line does after three strikes.
          if (strikes === 3) {
            link.close()
            ;({ link, stream } = openLink(protocol, tally))
            opened += 1
            number = 0
          }
        }
      }
      expect(tally.total).toBe(REPLIES_TO_LINKS)
      expect(mutedReads).toBeLessThan(REPLIES_TO_LINKS * (EXPECTED[protocolName]?.mutedShare ?? 0))
      expect(opened > 1).toBe(protocolName === 'MBAP')
      link.close()
      await link.closed
      expect(waiting()).toBe(0)
    })
  })
})

function openLink(protocol: Protocol, tally: Tally): { link: StreamLink; stream: MemoryStream } {
  const stream = new MemoryStream()
  const link = new StreamLink({
    stream,
    framing: protocol.framing,
    timing: { timeoutMs: 100, gapMs: 0, characterMs: 0 },
    counter: tally,
    clock: { monotonic: () => 0 },
  })
  link.start()
  return { link, stream }
}

/** What a run has to have seen, and how many good answers may be lost to what came before them. */
const EXPECTED: Record<string, { outcomes: string[]; discards: Discard[]; mutedShare: number }> = {
  RTU: {
    outcomes: ['answer', 'timeout', 'crc', 'short-reply', 'bad-reply'],
    discards: ['noise', 'crc', 'short', 'surplus', 'foreign-unit', 'foreign-function', 'wrong-length'],
    mutedShare: 0.01,
  },
  MBAP: {
    outcomes: ['answer', 'timeout', 'short-reply', 'bad-reply'],
    discards: ['noise', 'foreign-unit', 'foreign-function', 'foreign-transaction', 'wrong-length'],
    mutedShare: 0.5,
  },
  ASCII: {
    outcomes: ['answer', 'timeout', 'crc', 'short-reply', 'bad-reply'],
    discards: ['noise', 'crc', 'short', 'surplus', 'foreign-unit', 'foreign-function', 'wrong-length'],
    mutedShare: 0.01,
  },
  record: {
    outcomes: ['answer', 'timeout', 'crc', 'short-reply'],
    discards: ['noise', 'crc', 'short', 'surplus'],
    mutedShare: 0.2,
  },
}
