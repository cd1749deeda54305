import type { Step } from '../computation.ts'
import { StepWindow } from '../window.ts'
import type { Contents } from './tank-reader.ts'

const HOUR_MS = 3_600_000
/** Fewer points have no scatter about their line. */
const LEAST_POINTS = 3

/** Of the points in the window; x in hours since the origin, y in m3 above it. */
interface Sums {
  points: number
  x: number
  y: number
  xx: number
  xy: number
  yy: number
  usableMs: number
  uncertain: number
}

export interface VolumeWindowState {
  readonly cells: readonly number[]
  readonly sums: Sums
  readonly origin: readonly [time: number, volume: number]
  readonly age: number
}

/** The straight line through the volumes of the window. */
export interface Fit {
  /** Its slope, m3/h; positive when the tank fills. */
  readonly flow: number
  /** Standard error of the slope, m3/h. */
  readonly error: number
  /** Points less the two numbers of the line. */
  readonly freedom: number
  /** Where the line ends, m3. */
  readonly volume: number
}

/** Columns of a step: its volume above zero, whether it has one, how much of it was usable, whether it is uncertain. */
const COLUMNS = 5

/**
 * Volumes of a moving window: their mean, and the line through them by least squares. Their sums are added to and taken
 * from, and made anew once the window was replaced.
 */
export class VolumeWindow {
  readonly #windowMs: number
  readonly #everyMs: number
  readonly #steps: StepWindow
  #sums: Sums
  #origin: readonly [time: number, volume: number]
  /** Steps since the sums were made anew. */
  #age: number

  constructor({ windowMs, everyMs }: { windowMs: number; everyMs: number }, kept?: VolumeWindowState) {
    this.#windowMs = windowMs
    this.#everyMs = everyMs
    this.#steps = new StepWindow(windowMs, COLUMNS, kept?.cells)
    this.#sums = { ...(kept?.sums ?? nothing()) }
    this.#origin = kept?.origin ?? [0, 0]
    this.#age = kept?.age ?? 0
  }

  /** `contents` are those at the end of the step, whose standard volume is taken; undefined where there are none. */
  push({ to, inputs: [gauge] }: Step, contents: Contents | undefined): void {
    const volume = contents?.standard
    // A point stands for one step of the grid, however long the time was in which nothing was computed.
    const usable = volume === undefined ? 0 : Math.min(gauge?.usableMs ?? 0, this.#everyMs)
    const uncertain = Number(contents !== undefined && (contents.isUncertain || contents.isOutside))
    const cells = [to, volume ?? 0, Number(volume !== undefined), usable, uncertain]
    if (this.#sums.points === 0 && volume !== undefined) {
      const { usableMs, uncertain: many } = this.#sums
      this.#sums = { ...nothing(), usableMs, uncertain: many }
      this.#origin = [to, volume]
    }
    this.#add(cells, 1)
    this.#steps.push(to, cells, (left) => this.#add(left, -1))
    this.#age += 1
    if (this.#age >= this.#steps.size) this.#renew()
  }

  /** How much of the window was usable, 0 to 1. */
  get coverage(): number {
    return Math.min(1, this.#sums.usableMs / this.#windowMs)
  }

  get isUncertain(): boolean {
    return this.#sums.uncertain > 0
  }

  /** Mean of the volumes, m3; undefined of none. */
  get mean(): number | undefined {
    const { points, y } = this.#sums
    return points === 0 ? undefined : this.#origin[1] + y / points
  }

  /** The line at a time; `noiseAt` is the least scatter about it that is believed at a volume, m3. */
  fit(time: number, noiseAt: (volume: number) => number): Fit | undefined {
    const { points, x, y, xx, xy, yy } = this.#sums
    const spread = xx - (x * x) / points
    if (points < LEAST_POINTS || !(spread > 0)) return undefined
    const both = xy - (x * y) / points
    const flow = both / spread
    const residual = Math.max(0, yy - (y * y) / points - flow * both) / (points - 2)
    const [since, above] = this.#origin
    const volume = above + y / points + flow * ((time - since) / HOUR_MS - x / points)
    const variance = Math.max(residual, noiseAt(volume) ** 2)
    return { flow, error: Math.sqrt(variance / spread), freedom: points - 2, volume }
  }

  snapshot(): VolumeWindowState {
    return {
      cells: this.#steps.snapshot(),
      sums: { ...this.#sums },
      origin: this.#origin,
      age: this.#age,
    }
  }

  #add([to = 0, volume = 0, has = 0, usable = 0, uncertain = 0]: readonly number[], sign: 1 | -1): void {
    const sums = this.#sums
    sums.usableMs += sign * usable
    sums.uncertain += sign * uncertain
    if (has === 0) return
    const x = (to - this.#origin[0]) / HOUR_MS
    const y = volume - this.#origin[1]
    sums.points += sign
    sums.x += sign * x
    sums.y += sign * y
    sums.xx += sign * x * x
    sums.xy += sign * x * y
    sums.yy += sign * y * y
  }

  /** Once the window was replaced: what rounding has left in the sums goes, and x and y stay small. */
  #renew(): void {
    this.#age = 0
    this.#sums = nothing()
    // One list for all of them: the windows of many tanks are made anew in the same step.
    const cells = [0, 0, 0, 0, 0]
    this.#steps.each((_, at) => {
      for (let column = 0; column < COLUMNS; column++) cells[column] = this.#steps.cell(at + column)
      if (this.#sums.points === 0 && cells[2] === 1) this.#origin = [cells[0] ?? 0, cells[1] ?? 0]
      this.#add(cells, 1)
    })
  }
}

function nothing(): Sums {
  return { points: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0, usableMs: 0, uncertain: 0 }
}
