import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../contracts/facility.ts'
import type { ReadOutcome } from '../../gateway/drivers/driver.ts'
import { BlockBook } from '../../gateway/polling/block-book.ts'
import { halvesOf } from '../../gateway/polling/block-split.ts'
import { type Block, planDevice } from '../../gateway/polling/plan.ts'
import { device, register, sensor } from './plant.ts'
import { deviceAt } from './virtual-bus.ts'

const REFUSED: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 2 } }
const TIMEOUT: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }

function missing(isMissing: (address: number) => boolean): (block: Block) => boolean {
  return ({ address, count }) => range(count).some((n) => isMissing(address + n))
}

/** One poll as a device poll leads it, of a device that refuses some blocks. What was asked and told. */
function poll(book: BlockBook, refuses: (block: Block) => boolean, now = 0) {
  const { ask, remembered } = book.agenda(now, { isProbe: false })
  const queue = [...ask]
  const told = new Map<string, boolean>()
  const tell = (block: Block, isOk: boolean) => {
    for (const { id } of block.sensors) told.set(id, isOk)
  }
  for (const { block, outcome } of remembered) tell(block, outcome.ok)
  let requests = 0
  for (let block = queue.shift(); block !== undefined; block = queue.shift()) {
    requests += 1
    const isRefused = refuses(block)
    const parts = isRefused ? book.split(block) : undefined
    if (parts !== undefined) {
      queue.unshift(...parts)
      continue
    }
    if (isRefused) book.refused(block, REFUSED, now)
    else book.answered(block)
    tell(block, !isRefused)
  }
  book.settle()
  return { requests, told }
}

function bookOf(of: Device): BlockBook {
  return new BlockBook(of, planDevice(of).blocks)
}

function range(length: number): number[] {
  return Array.from({ length }, (_, n) => n)
}

describe('a refused block', () => {
  it.each([0, 1, 49, 98, 99])(
    'with register %d missing is read in at most 3 requests once it is known',
    (bad) => {
      const book = bookOf(deviceAt(range(100), { maxGap: 8 }))
      const first = poll(
        book,
        missing((address) => address === bad),
      )
      expect([...first.told].filter(([, isOk]) => !isOk)).toEqual([[`d-${bad}`, false]])
      expect(first.told.size).toBe(100)
      // A bisection of 100 values: two requests for each of 7 steps.
      expect(first.requests).toBeLessThanOrEqual(15)
      const next = poll(
        book,
        missing((address) => address === bad),
        1_000,
      )
      expect(next.requests).toBeLessThanOrEqual(2)
      expect([...next.told].filter(([, isOk]) => !isOk)).toEqual([[`d-${bad}`, false]])
      expect(book.refusals()).toEqual([`holding ${bad}`])
      // The poll that asks for it again.
      expect(
        poll(
          book,
          missing((address) => address === bad),
          11_000,
        ).requests,
      ).toBeLessThanOrEqual(3)
    },
  )

  it('drops a hole that is not there (thingsboard-gateway#1589), and goes on reading across others', () => {
    const book = bookOf(deviceAt([0, 1, 4, 9, 10], { maxGap: 8 }))
    const isHole = (address: number) => address > 4 && address < 9
    const first = poll(book, missing(isHole))
    expect([...first.told.values()]).toEqual([true, true, true, true, true])
    expect(book.refusals()).toEqual([])
    for (let n = 1; n <= 3; n++) poll(book, missing(isHole), n * 1_000)
    const settled = poll(book, missing(isHole), 9_000)
    expect(settled.requests).toBe(2)
    expect(settled.told.size).toBe(5)
  })

  it('finds the limit of a device that answers fewer registers than it is said to (device-modbus-go#629)', () => {
    const book = bookOf(deviceAt(range(100)))
    const refuses = ({ count }: Block) => count > 40
    for (let n = 0; n < 5; n++) {
      const { told } = poll(book, refuses, n)
      expect([...told.values()].filter((isOk) => isOk).length).toBe(100)
    }
    expect(poll(book, refuses, 9).requests).toBeLessThanOrEqual(4)
    expect(book.refusals()).toEqual([])
  })

  it('never splits a value of several registers', () => {
    const registers = [0, 2, 4, 6].map((address) => register({ address, type: 'float32' }))
    const sensors = registers.map((each, n) => sensor({ id: `S-${n}`, register: each }))
    const book = bookOf(device({ sensors }))
    const { told } = poll(
      book,
      missing((address) => address === 5),
    )
    expect([...told].filter(([, isOk]) => !isOk)).toEqual([['S-2', false]])
    expect(book.refusals()).toEqual(['holding 4..5'])
  })

  it('is not split where the device answers fixed blocks only', () => {
    const workarounds = {
      singleReads: false,
      blocks: [{ table: 'holding', address: 0, count: 10 } as const],
      pauseMs: 0,
    }
    const book = bookOf(deviceAt([0, 5], { workarounds }))
    const { requests, told } = poll(book, () => true)
    expect(requests).toBe(1)
    expect([...told.values()]).toEqual([false, false])
  })

  it('is asked for ever less often, up to every 10 minutes', () => {
    const book = bookOf(deviceAt([0, 1]))
    const askedAt: number[] = []
    for (let now = 0; now <= 3_600_000; now += 1_000) {
      if (
        poll(
          book,
          missing((address) => address === 0),
          now,
        ).requests > 1
      )
        askedAt.push(now)
    }
    const pauses = askedAt.slice(1).map((at, n) => (at - (askedAt[n] ?? 0)) / 1_000)
    expect(pauses.slice(0, 7)).toEqual([10, 20, 40, 80, 160, 320, 600])
    expect(new Set(pauses.slice(6))).toEqual(new Set([600]))
  })

  it('is whole again once what was refused is answered', () => {
    const book = bookOf(deviceAt(range(10)))
    poll(book, () => true)
    expect(book.refusals().length).toBe(10)
    const asked = poll(book, () => false, 10_000)
    expect(asked.requests).toBe(1)
    const next = poll(book, () => false, 11_000)
    expect(next.requests).toBe(1)
    expect([...next.told.values()].every((isOk) => isOk)).toBe(true)
    expect(book.refusals()).toEqual([])
  })

  it('is whole again with all others when a device that refused everything answers again', () => {
    const book = bookOf(deviceAt([0, 1, 100, 101, 200]))
    // Polled so often that each of them would be left alone for minutes.
    for (let n = 0; n < 100; n++) poll(book, () => true, n * 100)
    expect(poll(book, () => false, 10_000).requests).toBe(1)
    const next = poll(book, () => false, 10_100)
    expect(next.requests).toBe(3)
    expect([...next.told.values()]).toEqual([true, true, true, true, true])
    expect(book.refusals()).toEqual([])
  })

  it('ends with all that can be read in few requests, whatever is missing', () => {
    const places = fc.uniqueArray(fc.nat(120), { minLength: 1, maxLength: 40 })
    const holes = fc.uniqueArray(fc.nat(120), { maxLength: 6 })
    fc.assert(
      fc.property(places, holes, fc.nat(10), (addresses, gone, maxGap) => {
        const book = bookOf(deviceAt(addresses, { maxGap }))
        const planned = book.blocks.length
        const isMissing = (address: number) => gone.includes(address)
        for (let n = 0; n < 8; n++) {
          const { told } = poll(book, missing(isMissing), n)
          // In every poll, the first too, a value is bad if and only if it is not there.
          expect(told.size).toBe(addresses.length)
          for (const address of addresses) expect(told.get(`d-${address}`)).toBe(!isMissing(address))
        }
        // What is missing cuts a block in two; where nothing else can be read, one of it is asked for.
        expect(poll(book, missing(isMissing), 9).requests).toBeLessThanOrEqual(planned + gone.length)
      }),
    )
  })
})

describe('a block that is never answered', () => {
  it('is left alone from its second silence on', () => {
    const book = bookOf(deviceAt([0, 10]))
    const [, block] = book.blocks
    const asked = (now: number) =>
      block !== undefined && book.agenda(now, { isProbe: false }).ask.includes(block)
    if (block === undefined) throw new Error('two blocks were planned')
    book.silent(block, TIMEOUT, 0)
    expect(asked(1)).toBe(true)
    book.silent(block, TIMEOUT, 1_000)
    expect(asked(1_001)).toBe(false)
    expect(book.agenda(1_001, { isProbe: false }).remembered).toEqual([{ block, outcome: TIMEOUT }])
    expect(book.refusals()).toEqual(['holding 10'])
    expect(asked(21_000)).toBe(true)
    // Not for the one request by which a lost device is found again.
    expect(book.agenda(21_000, { isProbe: true }).ask).not.toContain(block)
    book.answered(block)
    expect(book.refusals()).toEqual([])
  })

  it('is still asked for when there is nothing else', () => {
    const book = bookOf(deviceAt([0]))
    const [block] = book.blocks
    if (block === undefined) throw new Error('a block was planned')
    book.refused(block, REFUSED, 0)
    expect(book.agenda(1, { isProbe: false })).toEqual({ ask: [block], remembered: [] })
  })
})

describe('halvesOf', () => {
  it('has none for a single value, however many sensors share it, nor for a record', () => {
    const shared = [register({ type: 'bit', bit: 0 }), register({ type: 'bit', bit: 1 })]
    const sensors = shared.map((each, n) => sensor({ id: `S-${n}`, register: each }))
    const [block] = planDevice(device({ sensors })).blocks
    expect(block && halvesOf(block)).toBeUndefined()
    const record: Block = { table: 'record', address: 0, count: 0, sensors, conditions: [] }
    expect(halvesOf(record)).toBeUndefined()
  })
})
