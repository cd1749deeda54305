import type { Terminal } from '../../contracts/cli.ts'
import { systemClock } from '../../contracts/clock.ts'
import { gather } from './evidence/gather.ts'
import { type Round, type Strike, strikeText } from './plan/plan.ts'
import { type Plant, type PlantOptions, startPlant } from './plant/plant.ts'
import { recover, settle } from './plant/settle.ts'
import { ACTS } from './plant/strikes.ts'
import type { Evidence, Finding } from './proof/evidence.ts'
import { type Proof, prove } from './proof/proof.ts'

export interface DrillOptions extends PlantOptions {
  readonly rounds: readonly Round[]
  readonly roundMs: number
  /** After the last round everything has to be well within this, ms. */
  readonly patienceMs: number
}

export interface DrillResult {
  readonly proof: Proof
  readonly evidence: Evidence
  readonly folder: string
  /** Readings a second that the field was to be asked for. */
  readonly rate: number
  readonly lastedMs: number
}

/** Load before the first disaster, ms. */
const PRELUDE_MS = 3_000
/** And after the last, when everybody is there again: every sensor goes through its whole wave once, ms. */
const CODA_MS = 8_000

/** One set-up from its start to its proof. Stops early, and without one, when `signal` says so. */
export async function drill(
  options: DrillOptions,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<DrillResult | undefined> {
  const began = systemClock.monotonic()
  const { setup, rounds, roundMs, patienceMs } = options
  const tell = (text: string) =>
    terminal.err(
      `${setup} ${((systemClock.monotonic() - began) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`,
    )
  tell('starting')
  await using plant = await startPlant(options)
  tell(`${plant.field.rate.toFixed(0)} readings/s; ${plant.folder}`)
  const pause = (ms: number) => pauseUntil(ms, signal)
  await pause(PRELUDE_MS)
  const underWay: Promise<void>[] = []
  const trouble: Finding[] = []
  for (const { number, strikes } of rounds) {
    if (signal.aborted) return undefined
    tell(`round ${number}/${rounds.length}: ${strikes.map(strikeText).join('; ')}`)
    for (const strike of strikes) {
      const done = perform(plant, strike, pause).catch((error: unknown) => {
        trouble.push({ law: 'drill', text: `${strikeText(strike)}: ${String(error)}` })
      })
      underWay.push(done)
    }
    await pause(roundMs)
  }
  await Promise.all(underWay)
  const watched = { patienceMs, tell, signal }
  const unsettled = await recover(plant, watched)
  await pause(CODA_MS)
  plant.field.silence()
  if (signal.aborted) return undefined
  unsettled.push(...(await settle(plant, watched)))
  if (signal.aborted) return undefined
  const evidence = await gather(plant)
  tell('proving')
  const proof = prove(evidence)
  const crashes = plant.crashes.map(({ name, how }) => ({ law: 'drill' as const, text: `${name} ${how}` }))
  const mistakes = plant.mistakes().map((text) => ({ law: 'drill' as const, text }))
  const findings = [...crashes, ...mistakes, ...trouble, ...unsettled, ...proof.findings]
  return {
    proof: { ...proof, findings },
    evidence,
    folder: plant.folder,
    rate: plant.field.rate,
    lastedMs: systemClock.monotonic() - began,
  }
}

async function perform(plant: Plant, strike: Strike, pause: (ms: number) => Promise<void>): Promise<void> {
  await pause(strike.at)
  const relieve = await ACTS[strike.disaster](plant, strike)
  await pause(strike.lasts)
  await relieve()
}

function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
