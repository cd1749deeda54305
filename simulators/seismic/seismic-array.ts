import { AXES } from '../../contracts/analytics/seismic/wave.ts'
import type { Device, Facility } from '../../contracts/facility.ts'
import { busesOf } from '../bus-key.ts'
import { arrivalDelayMs } from '../plant/ground-motion.ts'
import { type NoiseSource, streamOf } from '../plant/noise.ts'
import type { Position } from '../plant/wind.ts'
import type { PlantDescription } from '../scenario.ts'
import { type ActiveEntry, quakeLastsMs } from '../timeline.ts'
import { resampled } from './accelerogram.ts'
import { bumpAxes } from './bump.ts'
import { type Channel, Digitiser } from './digitiser.ts'
import { quakeAxes } from './earthquake.ts'
import { MACHINERY_GAL } from './machinery.ts'
import type { Axes } from './shaking.ts'
import type { Trouble } from './trouble.ts'

interface Seismograph {
  readonly digitiser: Digitiser
  readonly at: Position
  /** Its ground's share of the shaking. */
  readonly site: number
}

export interface SeismicArrayOptions {
  readonly facility: Facility
  readonly places: PlantDescription['seismographs']
  readonly seed: number
  /** When simulated time begins, epoch ms. */
  readonly startedAt: number
}

/** All seismographs of a facility, and what shakes and troubles them. */
export class SeismicArray {
  /** Key: device id. */
  readonly #seismographs: ReadonlyMap<string, Seismograph>
  readonly #seed: number
  /** Entries whose shaking is under way already. */
  #playing: readonly ActiveEntry[] = []

  constructor({ facility, places, seed, startedAt }: SeismicArrayOptions) {
    this.#seed = seed
    this.#seismographs = new Map(
      busesOf(facility)
        .flatMap(({ bus }) => bus.devices)
        .flatMap((device) => {
          const place = places.find((candidate) => candidate.device === device.id)
          const digitiser = digitiserOf(device, { seed, startedAt, machineryGal: place?.machineryGal })
          return digitiser === undefined
            ? []
            : [[device.id, { digitiser, at: place?.at ?? [0, 0], site: place?.site ?? 1 }] as const]
        }),
    )
  }

  /** Undefined for a device that is none. */
  digitiser(device: string): Digitiser | undefined {
    return this.#seismographs.get(device)?.digitiser
  }

  /** Takes up what the timeline does now: shaking begins once and ends by itself, troubles last as long as they are told. */
  play(active: readonly ActiveEntry[]): void {
    for (const begun of active) {
      const isKnown = this.#playing.some(
        ({ entry, startedMs }) => entry === begun.entry && startedMs === begun.startedMs,
      )
      if (!isKnown) this.#begin(begun)
    }
    this.#playing = active
    const troubles = active.flatMap(({ entry: { effect } }): Trouble[] =>
      effect.kind === 'seismograph-fault' ? [effect.trouble] : [],
    )
    for (const [device, { digitiser }] of this.#seismographs)
      digitiser.suffer(troubles.filter((trouble) => trouble.device === device))
  }

  /** Digitises up to a simulated time, ms. */
  advance(timeMs: number): void {
    for (const { digitiser } of this.#seismographs.values()) digitiser.advance(timeMs)
  }

  /** The machine slept: so much time went by that nothing was digitised in, ms. */
  skip(ms: number): void {
    for (const { digitiser } of this.#seismographs.values()) digitiser.skip(ms)
  }

  #begin({ entry, startedMs }: ActiveEntry): void {
    const { effect } = entry
    switch (effect.kind) {
      case 'earthquake': {
        const places = [...this.#seismographs.values()].map(({ at }) => at)
        const quake = {
          ...effect,
          durationMs: quakeLastsMs(entry),
          noise: this.#noise(`earthquake ${startedMs}`),
        }
        for (const [device, { digitiser, at, site }] of this.#seismographs) {
          const station = { rate: digitiser.plan.rate, site, noise: this.#noise(`${device} ${startedMs}`) }
          const delayMs = arrivalDelayMs(effect.from, at, places)
          shake(digitiser, startedMs + delayMs, quakeAxes(quake, station))
        }
        break
      }
      case 'accelerogram':
        for (const [device, { digitiser }] of this.#seismographs) {
          if (effect.devices.length > 0 && !effect.devices.includes(device)) continue
          const to = { rate: digitiser.plan.rate, factor: effect.factor }
          shake(digitiser, startedMs, resampled(effect.record, to))
        }
        break
      case 'bump': {
        const digitiser = this.digitiser(effect.device)
        if (digitiser !== undefined)
          shake(digitiser, startedMs, bumpAxes(effect.peakGal, digitiser.plan.rate))
        break
      }
      default:
        break
    }
  }

  #noise(name: string): NoiseSource {
    return { seed: this.#seed, stream: streamOf(name) }
  }
}

function shake(digitiser: Digitiser, atMs: number, axes: Axes): void {
  digitiser.shake({ first: digitiser.sampleAt(atMs), axes })
}

function digitiserOf(
  { id, seismic }: Device,
  given: { seed: number; startedAt: number; machineryGal: number | undefined },
): Digitiser | undefined {
  const [first, second, third] = (seismic?.channels ?? []).map(
    ({ axis, sign }): Channel => ({ axis: axis === AXES[0] ? 0 : axis === AXES[1] ? 1 : 2, sign }),
  )
  if (seismic === undefined || first === undefined || second === undefined || third === undefined)
    return undefined
  const plan = {
    device: id,
    rate: seismic.rate,
    scale: seismic.countsPerGal,
    fullScale: seismic.fullScale,
    channels: [first, second, third] as const,
    machineryGal: given.machineryGal ?? MACHINERY_GAL,
    seed: given.seed,
  }
  return new Digitiser(plan, given.startedAt)
}
