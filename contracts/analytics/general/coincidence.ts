import type { Computation, ComputationKind, DerivedRequest, Running, Step } from '../computation.ts'
import { architecture, type ChannelState } from './architecture.ts'
import { channelState, saysOf } from './channel.ts'
import { architectureView, ballotOf, voteResult } from './vote.ts'
import { channelProblems, voteSettings } from './vote-rules.ts'

/**
 * 1 when at least `need` stations have exceeded the limit within the window, which the ground does and a bumped housing
 * does not. What a station measures is the greatest of a step of the grid (a second), dated at its end. Two stations
 * coincide when their dates are less than the window and a step apart: moments less than the window apart are never
 * missed, those further apart than the window and two steps never taken. Stations out of order drop out unless the file
 * says otherwise. There is no deadband, and it falls back to 0 with the window: what should last is latched by its
 * alarm. Whether the stations measure one axis or the vector is for the file to choose, alike for all of them.
 */
export const COINCIDENCE: ComputationKind = {
  name: 'coincidence',
  about: 'Seismic stations, M out of N: 1 while so many have exceeded the limit within the window.',
  keys: ['need', 'limit', 'onFault', 'onInhibit', 'onOverdue', 'minHealthy'],
  required: ['need', 'limit'],
  of: { least: 2, most: 100 },
  window: '1s',
  // Half a second is a window, of measurements that come once a second.
  leastWindowPolls: 0,
  kind: 'state',
  unit: () => '1',
  problems: (request) => [
    ...channelProblems(request),
    ...request.inputs
      .filter(({ kind }) => kind !== 'seismic')
      .slice(0, 1)
      .map(({ id, kind }) => ({ key: 'of' as const, message: `${id} is no seismic station, but ${kind}` })),
  ],
  build: coincidenceOf,
}

/** A station exceeded the limit, and no other did within the window. */
interface Alone {
  readonly station: string
  /** Epoch ms. */
  readonly time: number
  readonly value: number | null
}

/** What is kept of a station: plain JSON data. */
interface Station {
  /** When it last exceeded the limit, epoch ms; null: never. */
  exceeded: number | null
  /** What it held at the end of the last step was beyond. */
  isBeyond: boolean
  /** The greatest of the last step. */
  greatest: number | null
}

interface Kept {
  readonly stations: readonly Station[]
  readonly alone: Alone | null
}

function coincidenceOf({ file, inputs, windowMs = 0, everyMs }: DerivedRequest): Computation {
  const settings = voteSettings(file, 'drop-out')
  const limit = file.limit ?? Number.NaN
  return {
    memoryMs: windowMs + 2 * everyMs,
    start: (kept): Running => {
      const before = kept as Kept | undefined
      const stations = inputs.map(
        (_, at): Station => ({
          ...(before?.stations[at] ?? { exceeded: null, isBeyond: false, greatest: null }),
        }),
      )
      let alone = before?.alone ?? null
      let states: ChannelState[] = inputs.map(() => 'silent')
      let now = architecture(states, settings)
      const stationsNow = () =>
        inputs.map(({ id }, at) => ({
          id,
          state: states[at] ?? 'silent',
          votes: now.voting[at] ?? false,
          value: stations[at]?.greatest ?? null,
          isBeyond: stations[at]?.isBeyond ?? false,
        }))
      return {
        step: (step) => {
          for (const [at, station] of stations.entries()) measure(station, step, at, limit)
          const together = coincident(stations, step.to, { windowMs, everyMs })
          states = step.inputs.map((slice, at) =>
            channelState(slice, together[at] === true, { when: 'high', onOverdue: settings.onOverdue }),
          )
          now = architecture(states, settings)
          alone = aloneAfter(alone, { together, stations, ids: inputs.map(({ id }) => id), step })
          if (now.trips) alone = null
          const result = voteResult(now, now.trips)
          // A doubtful station that was quiet is no evidence that the ground was.
          const isDoubtful = !now.trips && step.inputs.some(({ isUncertain }) => isUncertain)
          if (result.quality !== 'good' || !isDoubtful) return result
          return { ...result, quality: 'uncertain', reason: 'imprecise' }
        },
        snapshot: (): Kept => ({ stations: stations.map((station) => ({ ...station })), alone }),
        ballot: () => ballotOf(now, stationsNow()),
        describe: () => ({
          ...architectureView(now),
          tripped: now.trips,
          alone,
          channels: stationsNow().map((station, at) => ({
            ...station,
            sensor: inputs[at]?.sensor ?? station.id,
            limit,
          })),
        }),
      }
    },
  }
}

function measure(station: Station, { from, to, inputs }: Step, at: number, limit: number): void {
  const slice = inputs[at]
  if (slice === undefined) return
  const wasBeyond = station.isBeyond
  station.greatest = Number.isNaN(slice.max) ? null : slice.max
  station.isBeyond = saysOf(slice, { when: 'high', limit, deadband: 0 }) === 'beyond'
  // What is held without a new reading is as great as it was; what came and went within the step came in it.
  if (station.isBeyond) station.exceeded = slice.time > from ? slice.time : to
  else if (slice.max >= limit && !wasBeyond) station.exceeded = to
}

/** Which stations have exceeded the limit together with the one that did so last, while that is in the window. */
function coincident(
  stations: readonly Station[],
  to: number,
  { windowMs, everyMs }: { windowMs: number; everyMs: number },
): boolean[] {
  const last = Math.max(...stations.map(({ exceeded }) => exceeded ?? Number.NEGATIVE_INFINITY))
  if (!(last > to - Math.max(windowMs, everyMs))) return stations.map(() => false)
  return stations.map(({ exceeded }) => exceeded !== null && exceeded > last - windowMs - everyMs)
}

/** The last station that was not followed by another: people look after its housing. */
function aloneAfter(
  alone: Alone | null,
  by: {
    readonly together: readonly boolean[]
    readonly stations: readonly Station[]
    readonly ids: readonly string[]
    readonly step: Step
  },
): Alone | null {
  const { together, stations, ids, step } = by
  const which = together.flatMap((isIn, at) => (isIn ? [at] : []))
  const [first] = which
  if (first === undefined) return alone
  if (which.length > 1) return which.some((at) => ids[at] === alone?.station) ? null : alone
  const time = stations[first]?.exceeded ?? step.to
  // Its own measurement, not what it has fallen back to while the window lasts.
  if (time <= step.from || time > step.to) return alone
  return { station: ids[first] ?? '', time, value: stations[first]?.greatest ?? null }
}
