import { seededRandom } from '../../../ingest/drain/seeded-random.ts'
import type { DisasterKind, DisasterName, Place } from './disaster.ts'

/** One disaster of a round. Times are ms; `at` counts from the start of the round. */
export interface Strike {
  readonly disaster: DisasterName
  readonly place: Place
  readonly at: number
  readonly lasts: number
  /** How bad it is where it can be more or less so: from 0 to below 1. */
  readonly amount: number
}

export interface Round {
  readonly number: number
  readonly strikes: readonly Strike[]
}

/** Disasters begin within this share of a round, so that they meet each other. */
const BEGIN_WITHIN = 0.5
const MOST_STRIKES = 3

/** The same seed, rounds and disasters make the same plan. */
export function planRounds(options: {
  seed: number
  rounds: number
  /** Length of a round, ms. Disasters may last into the next ones. */
  roundMs: number
  disasters: readonly (DisasterKind & { name: DisasterName })[]
}): Round[] {
  const { seed, rounds, roundMs, disasters } = options
  const random = seededRandom(seed)
  const between = (least: number, most: number) => Math.round(least + random() * (most - least))
  /** When each place is itself again, from the start of the drill. Key: place. */
  const busyUntil = new Map<Place, number>()
  return Array.from({ length: rounds }, (_, index) => {
    const strikes: Strike[] = []
    const count = between(1, MOST_STRIKES)
    for (let n = 0; n < count; n++) {
      const kind = disasters[Math.floor(random() * disasters.length)]
      const place = kind?.places[Math.floor(random() * kind.places.length)]
      const at = between(0, BEGIN_WITHIN * roundMs)
      const lasts = kind === undefined ? 0 : between(...kind.lasts)
      const amount = random()
      const begins = index * roundMs + at
      if (kind === undefined || place === undefined || begins < (busyUntil.get(place) ?? 0)) continue
      busyUntil.set(place, begins + lasts + CALM_MS)
      strikes.push({ disaster: kind.name, place, at, lasts, amount })
    }
    return { number: index + 1, strikes: strikes.toSorted((a, b) => a.at - b.at) }
  })
}

/** What has just come back is left alone for so long: a process takes a second to start, ms. */
const CALM_MS = 1_500

export function strikeText({ disaster, place, at, lasts }: Strike): string {
  return `${disaster} ${place} at ${(at / 1_000).toFixed(1)} s for ${(lasts / 1_000).toFixed(1)} s`
}
