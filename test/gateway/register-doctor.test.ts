import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { parseProfile } from '../../contracts/profile-load.ts'
import { DirectLine } from '../../gateway/commissioning/direct-line.ts'
import { examinationText } from '../../gateway/commissioning/examination-text.ts'
import { profileDraft } from '../../gateway/commissioning/profile-draft.ts'
import {
  type Examination,
  type ExaminationPlan,
  examine,
} from '../../gateway/commissioning/register-doctor.ts'
import { RegisterSurvey, rangesText, type SurveyResult } from '../../gateway/commissioning/register-survey.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import type { ReadOutcome } from '../../gateway/drivers/driver.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { exception, ModbusPeer } from './modbus-peer.ts'
import { bus } from './plant.ts'

const refused: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 2 } }
const busy: ReadOutcome = { ok: false, failed: { kind: 'exception', code: 6 } }
const silent: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }

/** Asks a device that has these addresses, whose value is ten times the address. */
async function survey(
  has: (address: number) => boolean,
  given: {
    to?: number
    largest?: number
    most?: number
    answer?: (address: number, count: number, nth: number) => ReadOutcome | undefined
  } = {},
): Promise<SurveyResult & { progress: number[] }> {
  const { to = 99, largest = 125, most = 125, answer = () => undefined } = given
  const progress: number[] = []
  let nth = 0
  const result = await new RegisterSurvey({
    range: { from: 0, to },
    largest,
    ask: async (address, count) => {
      nth += 1
      const addresses = Array.from({ length: count }, (_, n) => address + n)
      const data = { kind: 'words' as const, words: addresses.map((each) => each * 10) }
      return (
        answer(address, count, nth) ?? (addresses.every(has) && count <= most ? { ok: true, data } : refused)
      )
    },
    rest: async () => undefined,
    onProgress: (settled, total) => progress.push(settled / total),
    signal: new AbortController().signal,
  }).run()
  return { ...result, progress }
}

describe('surveying a range', () => {
  it('reads a device without holes in one request', async () => {
    const result = await survey(() => true)
    expect(result).toMatchObject({ requests: 1, refused: [], silent: [], ending: 'whole' })
    expect(result.cells.size).toBe(100)
    expect(result.cells.get(99)).toBe(990)
  })

  it('finds exactly the holes, whatever the device has', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 0, max: 149 })),
        fc.integer({ min: 1, max: 125 }),
        async (holes, largest) => {
          const result = await survey((address) => !holes.includes(address), { to: 149, largest })
          const found = new Set(result.refused.flatMap(({ from, to }) => numbers(from, to)))
          expect([...found].sort((a, b) => a - b)).toEqual(holes.toSorted((a, b) => a - b))
          expect([...result.cells.keys()].every((address) => !found.has(address))).toBe(true)
          expect(result.cells.size + found.size).toBe(150)
          expect(result.ending).toBe('whole')
          expect(result.blockLimit).toBeUndefined()
          // Two for each address of a split block, and one more for the pair of each hole.
          expect(result.requests).toBeLessThanOrEqual(Math.ceil(150 / largest) + 3 * 150)
          expect(result.progress.at(-1)).toBe(1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('finds the limit of a device that answers small blocks only', async () => {
    const result = await survey(() => true, { most: 30 })
    expect(result.refused).toEqual([])
    expect(result.cells.size).toBe(100)
    expect(result.blockLimit).toBe(25)
  })

  it('reads a value whose halves are answered only together', async () => {
    const isWhole = (address: number, count: number) => address % 2 === 0 && count === 2
    const result = await survey(() => true, {
      to: 5,
      answer: (address, count) => (isWhole(address, count) ? undefined : refused),
    })
    expect([...result.cells.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5])
    expect(result.blockLimit).toBe(2)
    expect(result.refused).toEqual([])
  })

  it('asks a busy device again, and is content when it answers', async () => {
    const result = await survey(() => true, { answer: (_a, _c, nth) => (nth < 3 ? busy : undefined) })
    expect(result).toMatchObject({ requests: 3, refused: [], silent: [], ending: 'whole' })
  })

  it('forgives a lost answer', async () => {
    const result = await survey(() => true, { answer: (_a, _c, nth) => (nth === 1 ? silent : undefined) })
    expect(result).toMatchObject({ requests: 2, silent: [], ending: 'whole' })
  })

  it('gives up a device that never answers after three requests', async () => {
    const result = await survey(() => true, { answer: () => silent })
    expect(result).toMatchObject({ requests: 3, ending: 'silent', blocks: [] })
  })

  it('finds addresses that a device is silent about, and stops before it costs too much', async () => {
    const one = await survey((address) => address < 64, {
      answer: (address, count) => (address <= 70 && address + count > 70 ? silent : undefined),
      to: 70,
    })
    expect(rangesText(one.silent)).toBe('70')
    const many = await survey(() => true, {
      to: 999,
      answer: (address) => (address % 10 === 0 ? silent : undefined),
    })
    expect(many.ending).toBe('silent')
    expect(many.requests).toBeLessThan(100)
  })

  it('ends at once when the device does not have the table', async () => {
    const result = await survey(() => true, {
      answer: () => ({ ok: false, failed: { kind: 'exception', code: 1 } }),
    })
    expect(result).toMatchObject({ requests: 1, ending: 'no-table' })
  })
})

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}

describe('the register doctor at a device', () => {
  let peer: ModbusPeer
  const plan: ExaminationPlan = {
    unit: 7,
    table: 'holding',
    range: { from: 0, to: 29 },
    largest: 125,
    looks: 3,
    everyMs: 20,
    pauseMs: 0,
    latenessMs: 0,
  }

  beforeEach(async () => {
    peer = new ModbusPeer()
    await peer.listen()
  })

  afterEach(() => peer.close())

  /** With a float that moves in 0, a set point in 2, a heartbeat in 4, text from 6, a hole at 12 to 19. */
  async function examinePeer(
    given: Partial<ExaminationPlan> = {},
    onProgress: (text: string) => void = () => undefined,
  ): Promise<Examination> {
    const set = (address: number, value: number) => peer.set({ unit: 7, code: 3, address }, value)
    const setFloat = (address: number, value: number) => {
      const bytes = Buffer.alloc(4)
      bytes.writeFloatBE(value)
      set(address, bytes.readUInt16BE(2))
      set(address + 1, bytes.readUInt16BE(0))
    }
    setFloat(2, 50)
    set(5, 215)
    for (const [n, word] of [0x4d69, 0x6461, 0x7300].entries()) set(6 + n, word)
    let looks = 0
    peer.behave = (request) => {
      if (request.unit !== 7) return undefined
      if (request.address < 20 && request.address + request.count > 12) return exception(request, 2)
      if (request.address === 0) {
        looks += 1
        setFloat(0, 21.4837 + looks / 100)
        set(4, looks)
      }
      return peer.answer(request)
    }
    const config = bus({ transport: { kind: 'tcp', host: '127.0.0.1', port: peer.port }, timeoutMs: 500 })
    const stopping = new AbortController()
    const dialIn = new DialInListeners({ logger: silentLogger })
    const counter = { discard: () => undefined }
    const line = new DirectLine(
      createDriver(config, { counter, clock: systemClock, dialIn }),
      stopping.signal,
    )
    expect(await line.open()).toBe(true)
    const examination = await examine(
      { ...plan, ...given },
      { read: (request) => line.read(request), onProgress, signal: stopping.signal },
    )
    line.close()
    return examination
  }

  it('finds what is there and what is not, and sees what moves', async () => {
    const texts: string[] = []
    const found = await examinePeer({}, (text) => texts.push(text))
    expect(rangesText(found.readable)).toBe('0..11, 20..29')
    expect(rangesText(found.refused)).toBe('12..19')
    expect(found).toMatchObject({ unit: 7, table: 'holding', silent: [], ending: 'whole', order: 'CDAB' })
    const motionOf = (address: number) => found.registers.find((each) => each.address === address)?.motion
    expect([0, 2, 4, 5].map(motionOf)).toEqual(['moving', 'constant', 'counting', 'constant'])
    expect(found.registers.every(({ words }) => words.length === 3)).toBe(true)
    const points = found.points.filter(({ value }) => value !== 0)
    expect(points).toMatchObject([
      { address: 0, type: 'float32', order: 'CDAB' },
      { address: 2, type: 'float32', order: 'CDAB', value: 50 },
      { address: 4, type: 'uint16' },
      { address: 5, type: 'uint16', value: 215 },
      { address: 6, type: 'string', value: 'Midas' },
    ])
    expect(texts).toContain('look 2 of 3, 20 ms after the last')
    expect(peer.requests.every(({ code }) => code === 3)).toBe(true)
  })

  it('shows it to people', async () => {
    const text = examinationText(await examinePeer())
    expect(text).toContain('best guess, byte order CDAB:')
    expect(text).toMatch(/^0 +[0-9a-f]{4} +moving .*\*float32 CDAB 21\.5/m)
    expect(text).toMatch(/^2 +0000 .*\*float32 CDAB 50 \(/m)
    expect(text).toMatch(/^4 +uint16 +\d+ +counting: a heartbeat\?/m)
    expect(text).toMatch(/^5 +uint16 +215 +constant +21\.5 \(x0\.1\), 2\.15 \(x0\.01\)/m)
    expect(text).toContain('"Midas"')
    expect(text).toContain('holes that it refuses: 12..19')
  })

  it('drafts a profile that loads', async () => {
    const draft = profileDraft(await examinePeer(), { profile: 'midas-draft', driver: 'modbus-tcp' })
    const outcome = parseProfile(draft, 'midas-draft.yaml')
    expect(outcome.ok ? [] : outcome.problems).toEqual([])
    if (!outcome.ok) return
    expect(outcome.profile).toMatchObject({
      profile: 'midas-draft',
      verifiedOnHardware: false,
      drivers: ['modbus-tcp'],
    })
    expect(Object.keys(outcome.profile.points)).toEqual(['holding-0', 'holding-2', 'holding-4', 'holding-5'])
    expect(outcome.profile.points['holding-0']).toMatchObject({
      kind: 'other',
      unit: '1',
      register: { table: 'holding', address: 0, type: 'float32', order: 'CDAB' },
    })
    expect(draft).toContain('a heartbeat?')
    expect(draft).toContain('or 21.5 (x0.1), 2.15 (x0.01)')
    expect(draft).toContain('text "Midas"')
  })

  it('reads bits, and drafts them as states', async () => {
    peer.behave = (request) =>
      request.address + request.count > 20 ? exception(request, 2) : peer.answer(request)
    peer.set({ unit: 7, code: 1, address: 3 }, 1)
    const config = bus({ transport: { kind: 'tcp', host: '127.0.0.1', port: peer.port } })
    const stopping = new AbortController()
    const driver = createDriver(config, {
      counter: { discard: () => undefined },
      clock: systemClock,
      dialIn: new DialInListeners({ logger: silentLogger }),
    })
    const line = new DirectLine(driver, stopping.signal)
    await line.open()
    const found = await examine(
      { ...plan, table: 'coil', looks: 1, largest: 2_000 },
      { read: (request) => line.read(request), onProgress: () => undefined, signal: stopping.signal },
    )
    line.close()
    expect(rangesText(found.readable)).toBe('0..19')
    expect(rangesText(found.refused)).toBe('20..29')
    expect(found.registers[3]).toMatchObject({ words: [1], interpretations: [] })
    expect(examinationText(found)).toMatch(/^3 +1 +constant$/m)
    const outcome = parseProfile(profileDraft(found, { profile: 'x', driver: 'modbus-tcp' }), 'x.yaml')
    expect(outcome).toMatchObject({
      ok: true,
      profile: { points: { 'coil-3': { kind: 'state', register: { table: 'coil', address: 3 } } } },
    })
  })

  it('says nothing when there is nothing', async () => {
    peer.behave = (request) => exception(request, 2)
    const found = await examinePeerWith({ range: { from: 0, to: 9 } })
    expect(found).toMatchObject({ registers: [], points: [] })
    expect(examinationText(found)).toContain('answered: nothing')
    const outcome = parseProfile(profileDraft(found, { profile: 'x', driver: 'modbus-rtu' }), 'x.yaml')
    expect(outcome.ok ? [] : outcome.problems).toEqual([])
  })

  async function examinePeerWith(given: Partial<ExaminationPlan>): Promise<Examination> {
    return examine(
      { ...plan, ...given },
      {
        read: async () => refused,
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
    )
  }
})
