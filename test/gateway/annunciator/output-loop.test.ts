import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { OutputState } from '../../../contracts/annunciator.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { OutputBoard } from '../../../gateway/annunciator/output-board.ts'
import { OutputLine } from '../../../gateway/annunciator/output-line.ts'
import { OutputLoop } from '../../../gateway/annunciator/output-loop.ts'
import { plantWith } from './annunciator-plant.ts'
import { VirtualModule } from './virtual-module.ts'

const coil = (id: string, address: number, more: object = {}) => ({
  id,
  register: { table: 'coil', address },
  safe: 'off',
  shows: 'active',
  ...more,
})
const LAMP = coil('lamp', 0)
const HORN = coil('horn', 1, { safe: 'on' })
const SEEN = { readback: { table: 'discrete', address: 8 } }

/** A loop over a virtual module, told by hand what each output is to do. */
class Scene {
  readonly module = new VirtualModule()
  readonly errors: object[] = []
  readonly wanted = new Map<string, OutputState>()
  changes = 0
  readonly board: OutputBoard
  readonly line: OutputLine
  readonly loop: OutputLoop

  constructor(outputs: readonly object[], parts: object = {}) {
    const { annunciator } = plantWith({ outputs, ...parts })
    const clock = { monotonic: () => performance.now() }
    const logger = { ...silentLogger, error: (fields: object) => void this.errors.push(fields) }
    this.board = new OutputBoard(annunciator.outputs, { logger, onChange: () => this.#changed() })
    this.line = new OutputLine({ driver: this.module, latenessMs: annunciator.bus.latenessMs, clock })
    this.loop = new OutputLoop({
      annunciator,
      line: this.line,
      board: this.board,
      wish: ({ id }) => {
        const state = this.wanted.get(id) ?? 'off'
        return { state, look: state }
      },
      changesAt: () => undefined,
      clock,
    })
  }

  #changed(): void {
    this.changes += 1
  }

  want(output: string, state: OutputState): void {
    this.wanted.set(output, state)
    this.loop.wake()
  }

  /** What was written since the last time. */
  async after(ms: number): Promise<string[]> {
    await vi.advanceTimersByTimeAsync(ms)
    return this.module.writes.splice(0).map((line) => line.replace(/^\d+: /, ''))
  }

  async stop(): Promise<boolean> {
    const stopped = this.loop.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    return stopped
  }
}

describe('the loop of an annunciator', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('writes everything at the start, again every refresh, and what changes at once', async () => {
    const scene = new Scene([LAMP, HORN])
    scene.loop.start()
    expect(await scene.after(10)).toEqual(['coil 0 = 0', 'coil 1 = 0'])
    expect(await scene.after(980)).toEqual([])
    expect(await scene.after(15)).toEqual(['coil 0 = 0', 'coil 1 = 0'])
    await scene.after(200)
    scene.want('horn', 'on')
    expect(await scene.after(5)).toEqual(['coil 1 = 1'])
    expect(scene.module.cells.get('coil 1')).toBe(1)
    expect(await scene.after(1_000)).toEqual(['coil 0 = 0', 'coil 1 = 1'])
    expect(scene.board.health().horn).toEqual({
      told: 'on',
      failing: false,
      writes: 4,
      errors: 0,
      mismatches: 0,
    })
    await scene.stop()
  })

  it('writes what it was told to write for on and off, and neighbours at once where that is asked for', async () => {
    const inverted = coil('lamp', 0, { on: 0, off: 1 })
    const register = { ...coil('level', 7), register: { table: 'holding', address: 7 }, on: 40_000, off: 3 }
    const scene = new Scene([HORN, register, inverted, coil('far', 5)], { multiple: true })
    scene.wanted.set('lamp', 'on')
    scene.loop.start()
    expect(await scene.after(10)).toEqual(['coil 0 = 0,0', 'coil 5 = 0', 'holding 7 = 3'])
    scene.want('level', 'on')
    scene.want('lamp', 'off')
    expect(await scene.after(10)).toEqual(['coil 0 = 1,0', 'holding 7 = 40000'])
    await scene.stop()
  })

  it('reads back, counts what differs, tries again, and tells when it is well', async () => {
    const scene = new Scene([coil('lamp', 0, { readback: { table: 'coil', address: 0 } })])
    scene.loop.start()
    await scene.after(10)
    expect(scene.module.reads).toEqual(['coil 0'])
    scene.module.stuck.add('coil 0')
    scene.want('lamp', 'on')
    await scene.after(10)
    expect(scene.board.isFailing).toBe(true)
    expect(scene.board.health().lamp).toMatchObject({ failing: true, mismatches: 1, errors: 0 })
    expect(scene.errors).toEqual([
      {
        output: 'lamp',
        code: 'OUTPUT_MISMATCH',
        detail: 'it was told on, and coil 0 reads 0 instead of 1',
      },
    ])
    expect(await scene.after(3_000)).toHaveLength(3)
    expect(scene.board.health().lamp).toMatchObject({ mismatches: 4 })
    expect(scene.errors).toHaveLength(1)
    scene.module.stuck.clear()
    await scene.after(1_000)
    expect(scene.board.isFailing).toBe(false)
    expect(scene.changes).toBe(2)
    await scene.stop()
  })

  it('gives a contact the time it takes, and knows one that opens while the output is on', async () => {
    const readback = { table: 'discrete', address: 8, on: 0, off: 1, after: '50ms' }
    const scene = new Scene([coil('lamp', 0, { readback })])
    scene.module.cells.set('discrete 8', 1)
    scene.loop.start()
    await scene.after(45)
    expect(scene.module.reads).toEqual([])
    await scene.after(15)
    expect(scene.module.reads).toEqual(['discrete 8'])
    expect(scene.board.isFailing).toBe(false)
    scene.want('lamp', 'on')
    await scene.after(20)
    scene.module.cells.set('discrete 8', 0)
    await scene.after(50)
    expect(scene.board.health().lamp).toMatchObject({ told: 'on', failing: false, mismatches: 0 })
    await scene.stop()
  })

  it.each([
    ['is not there', { isReachable: false }, 'not-connected: 10.0.0.1:502: ECONNREFUSED'],
    ['is silent', { isSilent: true }, 'timeout'],
  ])('goes on trying a module that %s, and writes what is right by then', async (_what, broken, detail) => {
    const scene = new Scene([LAMP, HORN])
    Object.assign(scene.module, broken)
    scene.loop.start()
    await scene.after(3_000)
    expect(scene.errors).toContainEqual({ output: 'lamp', code: 'OUTPUT_UNREACHABLE', detail })
    expect(scene.errors).toHaveLength(2)
    expect(scene.board.health().lamp).toMatchObject({ told: null, failing: true, writes: 0 })
    scene.want('horn', 'on')
    scene.module.isReachable = true
    scene.module.isSilent = false
    await scene.after(1_100)
    expect(scene.board.isFailing).toBe(false)
    expect(Object.fromEntries(scene.module.cells)).toEqual({ 'coil 0': 0, 'coil 1': 1 })
    await scene.stop()
  })

  it('tells a module that refuses from one that is away', async () => {
    const scene = new Scene([LAMP])
    scene.module.exception = 2
    scene.loop.start()
    await scene.after(10)
    expect(scene.errors).toEqual([{ output: 'lamp', code: 'OUTPUT_REFUSED', detail: 'exception-2' }])
    await scene.stop()
  })

  it('asks once more when the module has hung up, so that nothing fails', async () => {
    const scene = new Scene([LAMP])
    scene.loop.start()
    for (let n = 1; n <= 5; n++) {
      await scene.after(500)
      scene.module.hangUp()
      await scene.after(500)
    }
    expect(scene.module.connections).toBe(6)
    expect(scene.board.health().lamp).toMatchObject({ errors: 0, failing: false })
    await scene.stop()
  })

  it('leaves a line without numbers alone after a time-out, as long as an answer may be late', async () => {
    const scene = new Scene([LAMP], {
      bus: { driver: 'modbus-rtu', serial: { path: '/dev/ttyS9' }, timeout: '300ms' },
    })
    scene.module.hasNumberedReplies = false
    scene.module.isSilent = true
    scene.loop.start()
    await scene.after(100)
    scene.module.isSilent = false
    scene.want('lamp', 'on')
    expect(await scene.after(290)).toEqual([])
    expect(await scene.after(20)).toEqual(['coil 0 = 1'])
    await scene.stop()
  })

  it('replaces a link that answers nothing', async () => {
    const scene = new Scene([LAMP])
    scene.module.isSilent = true
    scene.loop.start()
    await scene.after(6_500)
    expect(scene.module.connections).toBe(3)
    await scene.stop()
  })

  it('lets no output wait for ever behind one that changes all the time on a slow line', async () => {
    const scene = new Scene([LAMP, HORN, coil('third', 2)])
    scene.module.answerMs = 400
    scene.loop.start()
    for (let n = 0; n < 60; n++) {
      scene.want('lamp', n % 2 === 0 ? 'on' : 'off')
      await vi.advanceTimersByTimeAsync(200)
    }
    const writes = (address: number) =>
      scene.module.writes.filter((line) => line.includes(`coil ${address}`)).length
    expect(writes(1)).toBeGreaterThan(3)
    expect(writes(2)).toBeGreaterThan(3)
    await scene.stop()
  })

  describe('at a stop', () => {
    it('writes the safe state once more, and says that all of it was done', async () => {
      const scene = new Scene([LAMP, HORN])
      scene.want('lamp', 'on')
      scene.loop.start()
      await scene.after(10)
      scene.want('lamp', 'off')
      scene.want('horn', 'on')
      expect(await scene.stop()).toBe(true)
      expect([...scene.module.cells.values()]).toEqual([0, 1])
      expect(await scene.after(5_000)).toEqual(['coil 0 = 0', 'coil 1 = 1'])
      expect(scene.line.isConnected).toBe(false)
    })

    it('does not take what was under way before for safe', async () => {
      const scene = new Scene([LAMP])
      scene.module.answerMs = 80
      scene.loop.start()
      await scene.after(100)
      scene.want('lamp', 'on')
      await vi.advanceTimersByTimeAsync(10)
      scene.want('lamp', 'off')
      expect(await scene.stop()).toBe(true)
      expect(scene.module.writes.at(-1)).toMatch(/coil 0 = 0$/)
      expect(scene.module.cells.get('coil 0')).toBe(0)
    })

    it('tries for 3 s, and says when it could not', async () => {
      const scene = new Scene([LAMP])
      scene.loop.start()
      await scene.after(10)
      scene.module.isSilent = true
      const from = performance.now()
      let tookMs = 0
      const stopped = scene.loop.stop().then((isSafe) => {
        tookMs = performance.now() - from
        return isSafe
      })
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await stopped).toBe(false)
      expect(tookMs).toBeGreaterThan(2_900)
      expect(tookMs).toBeLessThan(3_200)
    })

    it('succeeds with a module that comes back in that time', async () => {
      const scene = new Scene([coil('lamp', 0, SEEN)])
      scene.loop.start()
      await scene.after(10)
      scene.module.isReachable = false
      scene.module.hangUp()
      const stopped = scene.loop.stop()
      await vi.advanceTimersByTimeAsync(1_500)
      scene.module.isReachable = true
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await stopped).toBe(true)
    })
  })
})
