import type { ComputationKind, DerivedRequest, Result, Running, Step } from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import type { Slice } from '../slice.ts'
import { converted, rolesOf, tankInputProblems, tankInputsOf } from './tank-inputs.ts'
import { TankReader, type TankReaderState } from './tank-reader.ts'
import { VolumeWindow, type VolumeWindowState } from './volume-window.ts'

/** What moves less, in standard deviations of the volume, is noise of the gauge. */
const NOISE_SIGMAS = 3
const MM_PER_M = 1_000

/**
 * - `permitted`: a valve is open or a pump runs, and the tank may move.
 * - `settling`: it may not move any more, and where it stands is being measured.
 * - `resting`: what it holds is compared with what it held at rest.
 */
type Phase = 'permitted' | 'settling' | 'resting'

interface Kept {
  readonly gate: TankReaderState
  readonly phase: Phase
  /** Since when, epoch ms. */
  readonly since: number | null
  /** m3 at the reference temperature; null unless resting. */
  readonly rest: number | null
  readonly window: VolumeWindowState
}

/**
 * What has gone out of a tank that nobody has opened, or come into it: the mean over the window less the mean over the
 * first window after it came to rest. A permit that cannot be read leaves everything as it is, and no value.
 */
export const MOVEMENT: ComputationKind = {
  name: 'movement',
  about:
    'Unauthorised movement of a static tank: volume since it came to rest, negative when something is missing; 0 within three standard deviations of the gauge, and while a permit is given.',
  keys: ['tank', 'temperature', 'permit', 'sigma'],
  required: ['tank'],
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  window: '5m',
  kind: 'level',
  unit: () => 'm3',
  problems: (request) => tankInputProblems(request, 'm3'),
  build: (request) => ({
    // It came to rest any time ago.
    memoryMs: undefined,
    start: (kept): Running => new Movement(request, kept as Kept | undefined),
  }),
}

class Movement implements Running {
  readonly #request: DerivedRequest
  readonly #windowMs: number
  readonly #reader: TankReader
  readonly #permits: readonly number[]
  #window: VolumeWindow
  #phase: Phase
  #since: number | null
  #rest: number | null
  #moved: number | undefined
  #noise: number | undefined

  constructor(request: DerivedRequest, kept?: Kept) {
    this.#request = request
    this.#windowMs = request.windowMs ?? 0
    this.#reader = new TankReader(request, kept?.gate)
    this.#permits = rolesOf(request.file).permit
    this.#window = this.#newWindow(kept?.window)
    this.#phase = kept?.phase ?? 'settling'
    this.#since = kept?.since ?? null
    this.#rest = kept?.rest ?? null
  }

  step(step: Step): Result {
    const { from, to, inputs } = step
    const read = this.#reader.read(inputs)
    this.#since ??= from
    this.#moved = undefined
    const permit = permitOf(this.#permits.map((index) => inputs[index]))
    const contents = typeof read === 'string' ? undefined : read
    if (contents?.isAnew) this.#turn(this.#phase === 'permitted' ? 'permitted' : 'settling', from)
    this.#window.push(step, contents)
    if (permit === undefined) return noResult(0)
    if (permit !== (this.#phase === 'permitted')) this.#turn(permit ? 'permitted' : 'settling', to)
    if (this.#phase === 'permitted') return { value: 0, quality: 'good', coverage: 1 }
    return this.#judge(to, contents !== undefined)
  }

  snapshot(): Kept {
    return {
      gate: this.#reader.snapshot(),
      phase: this.#phase,
      since: this.#since,
      rest: this.#rest,
      window: this.#window.snapshot(),
    }
  }

  describe(): Readonly<Record<string, unknown>> {
    return {
      tank: this.#reader.tank.id,
      rejects: this.#reader.rejects,
      phase: this.#phase,
      since: this.#since,
      rest: this.#rest,
      ...(this.#moved === undefined ? {} : { moved: this.#moved, noise: this.#noise }),
    }
  }

  /** What was measured while the tank might move, or wrongly, says nothing of where it rests. */
  #turn(phase: Phase, at: number): void {
    this.#phase = phase
    this.#since = at
    this.#rest = null
    this.#window = this.#newWindow()
  }

  #newWindow(kept?: VolumeWindowState): VolumeWindow {
    return new VolumeWindow({ windowMs: this.#windowMs, everyMs: this.#request.everyMs }, kept)
  }

  #judge(to: number, hasContents: boolean): Result {
    const { file, unit } = this.#request
    const { mean, coverage, isUncertain } = this.#window
    const least = file.minCoverage ?? 0.75
    if (this.#phase === 'settling') {
      // A gauge that says nothing measures nothing, however long it takes.
      if (!hasContents) return noResult(coverage)
      if (to - (this.#since ?? to) < this.#windowMs)
        return { value: 0, quality: 'uncertain', reason: 'imprecise', coverage }
      if (coverage < least || mean === undefined) return noResult(coverage)
      this.#phase = 'resting'
      this.#since = to
      this.#rest = mean
    }
    if (coverage < least || mean === undefined || this.#rest === null) return noResult(coverage)
    const sigma = file.sigma === undefined ? undefined : file.sigma / MM_PER_M
    this.#moved = mean - this.#rest
    this.#noise = NOISE_SIGMAS * this.#reader.sigmaAt(mean, sigma)
    const value = Math.abs(this.#moved) > this.#noise ? converted(this.#moved, 'm3', unit) : 0
    return windowResult({ value, coverage, least, isUncertain })
  }
}

/**
 * One permit is enough, and for a moment of the step is enough: a pump that ran for less than a step has moved the tank.
 * Undefined while none is known to have been given and one cannot be read.
 */
function permitOf(slices: readonly (Slice | undefined)[]): boolean | undefined {
  if (slices.some((slice) => slice !== undefined && (slice.min < 0 || slice.max > 0))) return true
  return slices.some((slice) => slice?.value === undefined) ? undefined : false
}
