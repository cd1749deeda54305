import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Discard, ReadOutcome } from '../../../gateway/drivers/driver.ts'
import type { Framing } from '../../../gateway/drivers/framing.ts'
import { type LineTiming, timingOf } from '../../../gateway/drivers/line-timing.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { RecordFraming } from '../../../gateway/drivers/record-framing.ts'
import { rtuFraming } from '../../../gateway/drivers/rtu-framing.ts'
import { StreamLink } from '../../../gateway/drivers/stream-link.ts'
import { ownTimers } from '../../own-timers.ts'
import { mbap, rtu } from './foreign-frames.ts'
import { failed, fields, hex, registers, unprompted, words } from './hearing.ts'
import { MemoryStream } from './memory-stream.ts'

const ANSWER = rtu(1, 3, 4, 0, 1, 0, 2)

describe('StreamLink', () => {
  let now: number
  let stream: MemoryStream
  let discards: Discard[]

  beforeEach(() => {
    now = 0
    stream = new MemoryStream()
    discards = []
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate'] })
  })
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  function open(framing: Framing, timing: Partial<LineTiming> = {}): StreamLink {
    const link = new StreamLink({
      stream,
      framing,
      timing: { timeoutMs: 100, gapMs: 0, characterMs: 0, ...timing },
      counter: { discard: (kind) => void discards.push(kind) },
      // Each look at the clock takes a little: turns of the loop that wait for time to pass come to an end.
      clock: { monotonic: () => (now += 0.01) },
    })
    link.start()
    return link
  }

  /** Virtual time. The clock runs ahead of the timers by what the looks at it took. */
  async function pass(ms: number): Promise<void> {
    for (let n = 0; n < ms; n++) {
      now += 1
      await vi.advanceTimersByTimeAsync(1)
    }
  }

  it('asks and is answered', async () => {
    const link = open(rtuFraming)
    stream.device = () => stream.say(ANSWER)
    const outcome = link.read(registers())
    await pass(1)
    expect(await outcome).toEqual(words(1, 2))
    expect(stream.written.map((bytes) => Buffer.from(bytes))).toEqual([hex('01 03 00 00 00 02 C4 0B')])
  })

  it('numbers its requests from 1 and begins again after 65,535', async () => {
    const link = open(mbapFraming)
    const numbers: number[] = []
    stream.device = (request) => {
      const number = Buffer.from(request).readUInt16BE(0)
      numbers.push(number)
      stream.say(mbap(number, 1, 3, 4, 0, 1, 0, 2))
    }
    for (let n = 0; n < 65_536; n++) await link.read(registers())
    expect([numbers[0], numbers[1], numbers[65_534], numbers[65_535]]).toEqual([1, 2, 65_535, 1])
  })

  it.each([
    ['timeout', []],
    ['crc', [hex('01 03 04 00 01 00 02 00 00')]],
    ['short-reply', [ANSWER.subarray(0, 4)]],
    ['bad-reply', [rtu(1, 4, 4, 0, 1, 0, 2)]],
    ['timeout', [rtu(2, 3, 4, 0, 1, 0, 2)]],
    ['crc', [rtu(1, 4, 2, 0, 1), ANSWER.subarray(0, 4), hex('00 01 00 02 00 00')]],
  ])('says %s at the time-out, and not before', async (kind, replies) => {
    const link = open(rtuFraming)
    stream.device = () => {
      for (const reply of replies) stream.say(reply)
    }
    let outcome: ReadOutcome | undefined
    void link.read(registers()).then((result) => {
      outcome = result
    })
    await pass(99)
    expect(outcome).toBeUndefined()
    await pass(3)
    expect(outcome).toEqual(failed(kind))
  })

  it('takes at the time-out an answer behind what looked like the head of a longer frame', async () => {
    const link = open(rtuFraming)
    stream.device = () => stream.say(Buffer.concat([hex('07 03 C8'), ANSWER]))
    const outcome = link.read(registers())
    await pass(103)
    expect(await outcome).toEqual(words(1, 2))
  })

  it('gives a slow line the time that request and answer take on it', async () => {
    const link = open(rtuFraming, { characterMs: 10 })
    let outcome: ReadOutcome | undefined
    void link.read(registers()).then((result) => {
      outcome = result
    })
    // 100 ms, 8 characters out and 9 back.
    await pass(265)
    expect(outcome).toBeUndefined()
    await pass(10)
    expect(outcome).toEqual(failed('timeout'))
  })

  it('counts what is in the input before it asks', async () => {
    const link = open(rtuFraming)
    stream.say(Buffer.concat([ANSWER, hex('01 03')]))
    stream.device = () => stream.say(ANSWER)
    const outcome = link.read(registers())
    await pass(1)
    expect(await outcome).toEqual(words(1, 2))
    expect(discards).toEqual(['unsolicited', 'noise'])
  })

  it('keeps the silence after the last byte heard', async () => {
    const link = open(rtuFraming, { gapMs: 20 })
    await pass(50)
    stream.say(hex('FF'))
    const outcome = link.read(registers())
    await pass(18)
    expect(stream.written).toHaveLength(0)
    stream.device = () => stream.say(ANSWER)
    await pass(4)
    expect(stream.written).toHaveLength(1)
    expect(await outcome).toEqual(words(1, 2))
  })

  it('keeps the silence after the last byte it sent itself', async () => {
    const link = open(rtuFraming, { gapMs: 20, timeoutMs: 5, characterMs: 1 })
    const first = link.read(registers())
    // 5 ms, 8 and 9 characters.
    await pass(26)
    expect(await first).toEqual(failed('timeout'))
    const second = link.read(registers())
    await pass(1)
    expect(stream.written).toHaveLength(1)
    await pass(5)
    expect(stream.written).toHaveLength(2)
    link.close()
    expect(await second).toEqual(failed('not-connected'))
  })

  it('asks in spite of a line that is never silent, once it has waited for its time-out', async () => {
    const link = open(rtuFraming, { gapMs: 20 })
    const outcome = link.read(registers())
    for (let n = 0; n < 24; n++) {
      stream.say(hex('FF'))
      await pass(10)
    }
    expect(stream.written).toHaveLength(1)
    expect(await outcome).toEqual(failed('timeout'))
    expect(discards).toEqual(['noise', 'noise'])
  })

  it('ends a read when it is closed, at any stage of it, and every later one', async () => {
    const waiting = open(rtuFraming)
    const answer = waiting.read(registers())
    await pass(1)
    waiting.close()
    waiting.close()
    expect(await answer).toEqual(failed('not-connected'))
    expect(await waiting.read(registers())).toEqual(failed('not-connected'))
    await waiting.closed

    stream = new MemoryStream()
    const silent = open(rtuFraming, { gapMs: 50 })
    stream.say(hex('FF'))
    const unasked = silent.read(registers())
    await pass(10)
    silent.close()
    expect(await unasked).toEqual(failed('not-connected'))
    await pass(200)
    expect(stream.written).toHaveLength(0)
  })

  it('ends a read when the other side goes away', async () => {
    const waiting = ownTimers('gateway/drivers')
    const link = open(rtuFraming)
    const outcome = link.read(registers())
    await pass(1)
    expect(waiting()).toBe(1)
    stream.close()
    expect(await outcome).toEqual(failed('not-connected'))
    await link.closed
    expect(waiting()).toBe(0)
  })

  it('closes a stream that is out of step, after telling what came', async () => {
    const link = open(mbapFraming)
    stream.device = () => stream.say(Buffer.from('HTTP/1.1 400 Bad Request'))
    expect(await link.read(registers())).toEqual(failed('bad-reply'))
    await link.closed
    expect(stream.isOpen).toBe(false)
    expect(await link.read(registers())).toEqual(failed('not-connected'))
  })

  it('waits for an instrument that sends by itself', async () => {
    const link = open(new RecordFraming())
    stream.say(Buffer.from('1\r\n2\r\n3'))
    const outcome = link.read(unprompted())
    await pass(1)
    stream.say(Buffer.from('.5\r\n4\r\n5\r\n'))
    expect(await outcome).toEqual(fields({ 1: '4' }))
    expect(stream.written).toEqual([])
  })
})

describe('the timing of a line', () => {
  const serial = { kind: 'serial', path: '/dev/ttyS0', dataBits: 8, parity: 'none', stopBits: 1 } as const
  it.each([
    // 3.5 characters of 11 bits; domain: 4.010 ms at 9600, 2.005 at 19200, 1.75 above.
    [
      { ...serial, baudRate: 9_600 },
      { gapMs: 4.0104, characterMs: 10 / 9.6 },
    ],
    [
      { ...serial, baudRate: 19_200, parity: 'even' as const },
      { gapMs: 2.0052, characterMs: 11 / 19.2 },
    ],
    [
      { ...serial, baudRate: 115_200, stopBits: 2 as const },
      { gapMs: 1.75, characterMs: 11 / 115.2 },
    ],
    [
      { ...serial, baudRate: 1_200, dataBits: 7 as const },
      { gapMs: 32.0833, characterMs: 9 / 1.2 },
    ],
    [
      { kind: 'tcp' as const, host: 'h', port: 1 },
      { gapMs: 0, characterMs: 0 },
    ],
  ])('of %o', (transport, expected) => {
    const timing = timingOf({ timeoutMs: 250, transport })
    expect(timing.gapMs).toBeCloseTo(expected.gapMs, 3)
    expect(timing.characterMs).toBeCloseTo(expected.characterMs, 6)
    expect(timing.timeoutMs).toBe(250)
    expect(timingOf({ timeoutMs: 250, gapMs: 12, transport }).gapMs).toBe(12)
  })
})
