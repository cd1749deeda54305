import type { TankTransfer } from './transfer.ts'

/** A standing cylinder that is filled and emptied by turns. Lengths in m, flows in m3/h. */
export interface TankPlan {
  readonly name: string
  readonly diameter: number
  /** Up to the rim; what comes on top of it is spilled. */
  readonly height: number
  /** Level at the start. */
  readonly start: number
  /** It is filled up to the second and emptied down to the first. */
  readonly between: readonly [number, number]
  /** Of everyday work; 0: it stands still but for transfers. */
  readonly flow: number
  /** Outflow while it stands above its working band. */
  readonly drain: number
  /** Level at which the overfill switch trips. */
  readonly switchAt: number
  /** Thermal expansion of what is in it, 1/K. */
  readonly expansion: number
  /** Standard deviation of each of its level gauges, and the step in which they tell; 0: none. */
  readonly sigma: number
  readonly resolution: number
  /** Share of the waves that its level gauges see; little in a stilling well. */
  readonly waves: number
}

export interface TankState {
  /** m3 */
  readonly volume: number
  /** Went over the rim, m3. */
  readonly spilled: number
  /** All that ever came in and went out through the pipes, m3. */
  readonly received: number
  readonly delivered: number
  /** Went out through a hole, and grew or (below 0) shrank with its temperature, m3. */
  readonly leaked: number
  readonly grown: number
  /** m3/h, over the last step. */
  readonly inflow: number
  readonly outflow: number
  readonly isFilling: boolean
  readonly isInletOpen: boolean
  /** Of the export pump, whose valve is open as long as it runs. */
  readonly isPumping: boolean
  /** degC */
  readonly temperature: number
  /** Above atmosphere, kPa. */
  readonly pressure: number
  /** Height of the wave at the gauge, m, and how fast it rises, m/s. */
  readonly wave: number
  readonly waveSpeed: number
  readonly isTripped: boolean
}

export interface TankStep {
  readonly stepMs: number
  /** Inflow that nobody stops, m3/h. */
  readonly overfill?: number
  /** Everyday work rests while something is transferred. */
  readonly transfer?: TankTransfer
  /** Out of a hole, m3/h. */
  readonly leak?: number
  /** Sun or a coil, K/h. */
  readonly warming?: number
  /** Outside, degC. */
  readonly ambient: number
  /** Shaking of the ground, m/s2, and a random number that both wave drivers share. */
  readonly shaking: number
  readonly push: number
}

const GRAVITY = 9.81
/** First zero of J1': the lowest sloshing mode of a round tank. */
const SLOSH_MODE = 1.841
const SLOSH_DAMPING = 0.02
/** m/s2 that a filling stream of 600 m3/h stirs up. */
const STIR = 0.12
/** Share of the ground's acceleration that drives the wave where the gauge looks. */
const SHAKE_SHARE = 0.3
const WAVE_MAX = 0.3
const SWITCH_HYSTERESIS = 0.05
/** Above its working band by more than this it is drained. */
const BAND_SLACK = 0.05
const TEMPERATURE_MEMORY_S = 3_600
const PRESSURE_MEMORY_S = 5

export function areaOf(plan: TankPlan): number {
  return (Math.PI * plan.diameter ** 2) / 4
}

/** Mean level without the wave, m. */
export function levelOf(plan: TankPlan, state: TankState): number {
  return state.volume / areaOf(plan)
}

export function startTank(plan: TankPlan, ambient: number): TankState {
  return {
    volume: plan.start * areaOf(plan),
    spilled: 0,
    received: 0,
    delivered: 0,
    leaked: 0,
    grown: 0,
    inflow: 0,
    outflow: 0,
    isFilling: plan.start < plan.between[1],
    isInletOpen: false,
    isPumping: false,
    temperature: ambient,
    pressure: restPressure(ambient, 0),
    wave: 0,
    waveSpeed: 0,
    isTripped: false,
  }
}

/** Volume is conserved: start + received + grown = volume + delivered + leaked + spilled, whatever happens. */
export function stepTank(plan: TankPlan, state: TankState, step: TankStep): TankState {
  const seconds = step.stepMs / 1000
  const level = levelOf(plan, state)
  const isFilling = level >= plan.between[1] ? false : level <= plan.between[0] ? true : state.isFilling
  const intended = intendedFlows(plan, { level, isFilling }, step)
  const { inflow } = intended
  const came = (inflow * seconds) / 3600
  const went = Math.min(state.volume + came, (intended.outflow * seconds) / 3600)
  const leaked = Math.min(state.volume + came - went, ((step.leak ?? 0) * seconds) / 3600)
  const left = state.volume + came - went - leaked
  const mixed = mixedTemperature(state, came, step.transfer?.inflowTemperature)
  const temperature =
    approach(mixed, step.ambient, seconds / TEMPERATURE_MEMORY_S) + ((step.warming ?? 0) * seconds) / 3600
  const grown = left * plan.expansion * (temperature - mixed)
  const held = left + grown
  const spilled = Math.max(0, held - plan.height * areaOf(plan))
  const outflow = (went * 3600) / seconds
  const wave = stepWave(plan, state, { ...step, seconds, inflow })
  const surface = level + wave.wave
  return {
    volume: held - spilled,
    spilled: state.spilled + spilled,
    received: state.received + came,
    delivered: state.delivered + went,
    leaked: state.leaked + leaked,
    grown: state.grown + grown,
    inflow,
    outflow,
    isFilling,
    isInletOpen: inflow > 0,
    isPumping: intended.outflow > 0,
    temperature,
    pressure: approach(
      state.pressure,
      restPressure(state.temperature, inflow - outflow),
      seconds / PRESSURE_MEMORY_S,
    ),
    ...wave,
    isTripped: surface >= plan.switchAt - (state.isTripped ? SWITCH_HYSTERESIS : 0),
  }
}

/** m3/h, as pumps and valves are set; a tank that runs empty gives less. */
function intendedFlows(
  plan: TankPlan,
  { level, isFilling }: { level: number; isFilling: boolean },
  { overfill, transfer }: TankStep,
): { inflow: number; outflow: number } {
  if (overfill !== undefined) return { inflow: overfill, outflow: transfer?.outflow ?? 0 }
  if (transfer !== undefined) return transfer
  if (plan.flow === 0) return { inflow: 0, outflow: 0 }
  const inflow = isFilling ? plan.flow : 0
  if (level > plan.between[1] + BAND_SLACK) return { inflow, outflow: plan.drain }
  return { inflow, outflow: isFilling ? 0 : plan.flow }
}

/** Mixing neither grows nor shrinks what is mixed: expansion is linear here. */
function mixedTemperature(state: TankState, came: number, warmth: number | undefined): number {
  if (warmth === undefined || came === 0) return state.temperature
  return (state.volume * state.temperature + came * warmth) / (state.volume + came)
}

/** A damped oscillator of the first sloshing mode: omega^2 = g k tanh(k h) with k = 1.841 / radius. */
function stepWave(
  plan: TankPlan,
  state: TankState,
  step: TankStep & { seconds: number; inflow: number },
): { wave: number; waveSpeed: number } {
  const k = SLOSH_MODE / (plan.diameter / 2)
  const omegaSquared = GRAVITY * k * Math.tanh(k * levelOf(plan, state))
  const driven = step.push * ((STIR * step.inflow) / 600 + SHAKE_SHARE * step.shaking)
  const acceleration =
    driven - omegaSquared * state.wave - 2 * SLOSH_DAMPING * Math.sqrt(omegaSquared) * state.waveSpeed
  // Speed first, then place: the order that keeps an oscillator from gaining energy.
  const waveSpeed = state.waveSpeed + acceleration * step.seconds
  const wave = Math.min(Math.max(state.wave + waveSpeed * step.seconds, -WAVE_MAX), WAVE_MAX)
  return { wave, waveSpeed: Math.abs(wave) === WAVE_MAX ? 0 : waveSpeed }
}

/** Vapour over the liquid, kPa: warmer is more, and a rising surface presses it together. */
function restPressure(temperature: number, netInflow: number): number {
  return Math.max(-1, 1.2 + 0.05 * (temperature - 20) + (2 * netInflow) / 600)
}

function approach(value: number, target: number, share: number): number {
  return value + (target - value) * Math.min(1, share)
}
