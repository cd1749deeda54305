import type { DerivedRequest, Result } from '../computation.ts'
import { noResult } from '../result.ts'
import type { Slice } from '../slice.ts'
import { LevelGate, type LevelGateState } from './level-gate.ts'
import type { Tank } from './tank.ts'
import { converted, quantityOf, rolesOf, tankOf } from './tank-inputs.ts'
import { areaAt, levelAt, volumeAt } from './tank-volume.ts'
import { volumeCorrection } from './volume-correction.ts'

/** What is in a tank at the end of a step. */
export interface Contents {
  /** At the temperature of the tank, m3. */
  readonly volume: number
  /** At the reference temperature; the same without a sensor of temperature. */
  readonly standard: number
  /** The gauge, the temperature or the roof leaves it so. */
  readonly isUncertain: boolean
  /** Outside of the table. */
  readonly isOutside: boolean
  /** What was read before was wrong: a false echo that the gauge began with. */
  readonly isAnew: boolean
}

export interface TankReaderState extends LevelGateState {
  /** The gate has opened anew, and there have been no contents since to say so: the thermometer is bad. */
  readonly isAnew?: boolean
}

/** Why there are none: nothing usable, or a level that no liquid can have. */
export type Missing = 'inputs' | 'implausible'

/** The free surface hardly changes over so much. */
const NEAR_ENOUGH_M = 1e-3

/**
 * How long what came before the window of a computation may still matter, ms: the gate judges by the sample before.
 * A jump that a gate holds out for longer is taken as true after a late reading.
 */
export const GATE_MEMORY_MS = 600_000

/** Reads the first input of a computation of a tank, which is a level or a volume, and its temperature if it has one. */
export class TankReader {
  readonly tank: Tank
  readonly #gate: LevelGate
  readonly #request: DerivedRequest
  readonly #isLevel: boolean
  readonly #temperature: number | undefined
  #isAnew: boolean

  constructor(request: DerivedRequest, kept?: TankReaderState) {
    this.tank = tankOf(request)
    this.#request = request
    this.#gate = new LevelGate(this.tank, kept)
    const [gauge] = request.inputs
    this.#isLevel = gauge === undefined || quantityOf(gauge.unit) === 'length'
    this.#temperature = rolesOf(request.file).temperature[0]
    this.#isAnew = kept?.isAnew ?? false
  }

  get rejects(): number {
    return this.#gate.rejects
  }

  read(slices: readonly Slice[]): Contents | Missing {
    const [gauge] = slices
    const unit = this.#request.inputs[0]?.unit ?? 'm'
    if (gauge?.value === undefined) return 'inputs'
    const isUncertain = gauge.quality !== 'good'
    if (!this.#isLevel) {
      const volume = converted(gauge.value, unit, 'm3')
      return this.#contents({ volume, isUncertain, isOutside: false, isAnew: false }, slices)
    }
    const level = converted(gauge.value, unit, 'm')
    const verdict = this.#gate.judge(gauge.time, level)
    if (verdict === 'implausible') return verdict
    const { volume, isOutside, isImprecise } = volumeAt(this.tank, level)
    const isAnew = this.#isAnew || verdict === 'anew'
    const contents = this.#contents(
      { volume, isUncertain: isUncertain || isImprecise || isAnew, isOutside, isAnew },
      slices,
    )
    this.#isAnew = isAnew && typeof contents === 'string'
    return contents
  }

  /** Standard deviation of a volume by that of the gauge, m3. */
  sigmaAt(volume: number, sigma = this.tank.sigma): number {
    return sigma * areaAt(this.tank, levelAt(this.tank, volume, NEAR_ENOUGH_M))
  }

  snapshot(): TankReaderState {
    return { ...this.#gate.snapshot(), isAnew: this.#isAnew }
  }

  #contents(gross: Omit<Contents, 'standard'>, slices: readonly Slice[]): Contents | Missing {
    const { substance } = this.tank
    if (this.#temperature === undefined || substance === undefined)
      return { ...gross, standard: gross.volume }
    const slice = slices[this.#temperature]
    if (slice?.value === undefined) return 'inputs'
    const unit = this.#request.inputs[this.#temperature]?.unit ?? 'degC'
    const factor = volumeCorrection(substance, converted(slice.value, unit, 'degC'))
    return {
      ...gross,
      standard: gross.volume * factor,
      isUncertain: gross.isUncertain || slice.quality !== 'good',
    }
  }
}

/** What a computation of the moment reads: `value` in the unit of its result. */
export function contentsResult(
  contents: Contents | Missing,
  figureOf: (contents: Contents) => number,
): Result {
  if (contents === 'implausible') return { quality: 'bad', reason: 'implausible-rate', coverage: 0 }
  if (contents === 'inputs') return noResult(0)
  const value = figureOf(contents)
  if (!Number.isFinite(value)) return noResult(0)
  if (contents.isOutside) return { value, quality: 'uncertain', reason: 'out-of-spec', coverage: 1 }
  if (contents.isUncertain) return { value, quality: 'uncertain', reason: 'imprecise', coverage: 1 }
  return { value, quality: 'good', coverage: 1 }
}
