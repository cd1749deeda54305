import { parseDuration } from '../../duration.ts'
import type { ComputationKind, DerivedRequest, KindProblem, Result, Running, Step } from '../computation.ts'
import { noResult } from '../result.ts'
import { converted, rolesOf, tankInputProblems, tankInputsOf } from './tank-inputs.ts'
import { type Contents, TankReader, type TankReaderState } from './tank-reader.ts'

const HOUR_MS = 3_600_000
const MM_PER_M = 1_000
const ALLOWANCE = 0.5
/** So many of the last periods are told: four days of hours. */
const TOLD_PERIODS = 96

/** m3, at the reference temperature where there is a sensor of temperature. */
interface Account {
  readonly inflow: number
  readonly outflow: number
  /** What is missing: (opening + in - out) - closing. */
  readonly ufv: number
  /** Standard deviation of that by the gauge and the meters. */
  readonly sigma: number
  readonly coverage: number
  readonly isUncertain: boolean
}

interface Opening {
  readonly volume: number
  readonly sigma: number
  readonly isUncertain: boolean
}

/** A period that is over, m3. */
interface Period {
  /** When it was closed, epoch ms. */
  readonly to: number
  /** What was missing in it; null: it was not accounted. */
  readonly ufv: number | null
  readonly cusumHigh: number
  readonly cusumLow: number
}

interface Kept {
  readonly gate: TankReaderState
  readonly opening: Opening | null
  /** When the period under way began, and when it is to end. */
  readonly began: number
  readonly ends: number
  /** m3 and ms of each flow within it; in the order of the inputs, flows only. */
  readonly flows: readonly (readonly [volume: number, usableMs: number])[]
  readonly isUncertain: boolean
  readonly last: Account | null
  readonly isLastSkipped: boolean
  readonly cusumHigh: number
  readonly cusumLow: number
  readonly periods: number
  readonly skipped: number
  /** The last periods, oldest first. */
  readonly accounts: readonly Period[]
}

/**
 * Unaccounted-for volume of each period, summed up as far as it is more than chance (CUSUM): what is missing by and by
 * shows long before any one period does. Flows are taken as their meters tell them. Periods begin at whole multiples of their length since 1970 UTC.
 */
export const BALANCE: ComputationKind = {
  name: 'balance',
  about:
    'Volume that is missing by the account of a tank, m3: cumulated sum (CUSUM) over periods of opening + in - out - closing, less the allowance for chance.',
  keys: ['tank', 'temperature', 'inflow', 'outflow', 'sigma', 'meterSigma', 'period', 'allowance'],
  required: ['tank'],
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  kind: 'level',
  unit: () => 'm3',
  problems: (request) => [
    ...tankInputProblems(request, 'm3'),
    ...periodProblems(request),
    ...meterProblems(request),
  ],
  build: (request) => ({
    memoryMs: undefined,
    start: (kept): Running => new Balance(request, kept as Kept | null | undefined),
  }),
}

function periodOf({ file }: DerivedRequest): number {
  return parseDuration(file.period ?? '1h') ?? HOUR_MS
}

function periodProblems(request: DerivedRequest): KindProblem[] {
  const { everyMs, file } = request
  if (periodOf(request) >= 2 * everyMs) return []
  return [
    {
      key: 'period',
      message: `${file.period}: a period is no shorter than two steps of the grid, here ${(2 * everyMs) / 1_000}s`,
    },
  ]
}

function meterProblems({ file }: DerivedRequest): KindProblem[] {
  const { meterSigma } = file
  const { inflow, outflow } = rolesOf(file)
  const meters = inflow.length + outflow.length
  if (meterSigma === undefined || (typeof meterSigma === 'number' && meters > 0)) return []
  const given = typeof meterSigma === 'number' ? 1 : meterSigma.length
  return given === meters
    ? []
    : [{ key: 'meterSigma', message: `${meters} flow meters have ${given} of them` }]
}

class Balance implements Running {
  readonly #request: DerivedRequest
  readonly #reader: TankReader
  readonly #periodMs: number
  /** Indexes of the inputs that flow in, then of those that flow out. */
  readonly #flows: readonly number[]
  /** How many of them flow in. */
  readonly #inflows: number
  #state: Omit<Kept, 'gate'> | undefined

  constructor(request: DerivedRequest, kept?: Kept | null) {
    this.#request = request
    this.#reader = new TankReader(request, kept?.gate)
    this.#periodMs = periodOf(request)
    const { inflow, outflow } = rolesOf(request.file)
    this.#flows = [...inflow, ...outflow]
    this.#inflows = inflow.length
    if (kept != null) this.#state = withoutGate(kept)
  }

  step(step: Step): Result {
    const { from, to } = step
    const before = this.#state ?? this.#begin(from)
    const read = this.#reader.read(step.inputs)
    const contents = typeof read === 'string' ? undefined : read
    const flows = this.#addFlows(before.flows, step)
    const isUncertain =
      before.isUncertain || this.#flows.some((index) => step.inputs[index]?.isUncertain === true)
    const now = { ...before, flows, isUncertain }
    this.#state = to < now.ends ? this.#opened(now, contents, step) : this.#closed(now, contents, to)
    return this.#result()
  }

  snapshot(): Kept | null {
    return this.#state === undefined ? null : { gate: this.#reader.snapshot(), ...this.#state }
  }

  describe(): Readonly<Record<string, unknown>> {
    const { last, cusumHigh = 0, cusumLow = 0, periods = 0, skipped = 0, accounts = [] } = this.#state ?? {}
    return {
      tank: this.#reader.tank.id,
      rejects: this.#reader.rejects,
      periods,
      skipped,
      cusumHigh,
      cusumLow,
      accounts,
      ...(last == null
        ? {}
        : { ufv: last.ufv, sigma: last.sigma, inflow: last.inflow, outflow: last.outflow }),
    }
  }

  #begin(from: number): Omit<Kept, 'gate'> {
    return {
      opening: null,
      ...this.#period(from),
      last: null,
      isLastSkipped: false,
      cusumHigh: 0,
      cusumLow: 0,
      periods: 0,
      skipped: 0,
      accounts: [],
    }
  }

  #period(from: number): Pick<Kept, 'began' | 'ends' | 'flows' | 'isUncertain'> {
    const ends = (Math.floor(from / this.#periodMs) + 1) * this.#periodMs
    return { began: from, ends, flows: this.#flows.map(() => [0, 0]), isUncertain: false }
  }

  #addFlows(flows: Kept['flows'], { inputs }: Step): Kept['flows'] {
    return this.#flows.map((input, index) => {
      const [volume, usableMs] = flows[index] ?? [0, 0]
      const slice = inputs[input]
      const unit = this.#request.inputs[input]?.unit ?? 'm3/h'
      const flowed = converted(slice?.integral ?? 0, unit, 'm3/h') / HOUR_MS
      return [volume + flowed, usableMs + (slice?.usableMs ?? 0)]
    })
  }

  /** The first volume that is there, or the first right one, opens the account: it begins then, and not before. */
  #opened(now: Omit<Kept, 'gate'>, contents: Contents | undefined, { to }: Step): Omit<Kept, 'gate'> {
    if (contents === undefined || (now.opening !== null && !contents.isAnew)) return now
    return { ...now, ...this.#period(to), ends: now.ends, opening: this.#openingOf(contents) }
  }

  #closed(now: Omit<Kept, 'gate'>, contents: Contents | undefined, to: number): Omit<Kept, 'gate'> {
    const opening = contents === undefined ? null : this.#openingOf(contents)
    const next = { ...now, ...this.#period(to), opening }
    const account = contents?.isAnew ? undefined : this.#accountOf(now, opening, to)
    if (account === undefined) {
      const isBeforeAll = now.opening === null && now.periods + now.skipped === 0
      return isBeforeAll
        ? next
        : told({ ...next, skipped: now.skipped + 1, isLastSkipped: true }, { to, ufv: null })
    }
    const allowed = (this.#request.file.allowance ?? ALLOWANCE) * account.sigma
    const closed = {
      ...next,
      last: account,
      isLastSkipped: false,
      cusumHigh: Math.max(0, now.cusumHigh + account.ufv - allowed),
      cusumLow: Math.max(0, now.cusumLow - account.ufv - allowed),
      periods: now.periods + 1,
    }
    return told(closed, { to, ufv: account.ufv })
  }

  /** Undefined when too little of it was measured. */
  #accountOf(
    { opening, began, flows, isUncertain }: Omit<Kept, 'gate'>,
    closing: Opening | null,
    to: number,
  ): Account | undefined {
    if (opening === null || closing === null) return undefined
    const elapsed = to - began
    const coverage = Math.min(1, ...flows.map(([, usableMs]) => usableMs / elapsed))
    if (coverage < (this.#request.file.minCoverage ?? 0.75)) return undefined
    // What is missing of a flow is taken to have flowed as the rest of the period did.
    const volumes = flows.map(([volume, usableMs]) => (usableMs === 0 ? 0 : (volume * elapsed) / usableMs))
    const inflow = sum(volumes.slice(0, this.#inflows))
    const outflow = sum(volumes.slice(this.#inflows))
    return {
      inflow,
      outflow,
      ufv: opening.volume + inflow - outflow - closing.volume,
      sigma: Math.hypot(
        opening.sigma,
        closing.sigma,
        ...volumes.map((volume, at) => volume * this.#meterSigma(at)),
      ),
      coverage,
      isUncertain: isUncertain || opening.isUncertain || closing.isUncertain,
    }
  }

  /** Of a flow, as a share of what it measured. */
  #meterSigma(at: number): number {
    const { meterSigma = 0 } = this.#request.file
    return (typeof meterSigma === 'number' ? meterSigma : (meterSigma[at] ?? 0)) / 100
  }

  #openingOf({ standard, isUncertain, isOutside }: Contents): Opening {
    const { sigma } = this.#request.file
    return {
      volume: standard,
      sigma: this.#reader.sigmaAt(standard, sigma === undefined ? undefined : sigma / MM_PER_M),
      isUncertain: isUncertain || isOutside,
    }
  }

  #result(): Result {
    const { last, isLastSkipped = false, cusumHigh = 0 } = this.#state ?? {}
    if (last == null) return noResult(0)
    const value = converted(cusumHigh, 'm3', this.#request.unit)
    const { coverage } = last
    return isLastSkipped || last.isUncertain
      ? { value, quality: 'uncertain', reason: 'imprecise', coverage: isLastSkipped ? 0 : coverage }
      : { value, quality: 'good', coverage }
  }
}

function withoutGate({ gate: _, ...state }: Kept): Omit<Kept, 'gate'> {
  return state
}

/** With the period that was closed, as long as there is room for it. */
function told(state: Omit<Kept, 'gate'>, { to, ufv }: Pick<Period, 'to' | 'ufv'>): Omit<Kept, 'gate'> {
  const { accounts, cusumHigh, cusumLow } = state
  return { ...state, accounts: [...accounts, { to, ufv, cusumHigh, cusumLow }].slice(-TOLD_PERIODS) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
