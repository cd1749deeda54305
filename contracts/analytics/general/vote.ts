import type { Ballot } from '../ballot.ts'
import type {
  Computation,
  ComputationKind,
  DerivedRequest,
  LiveSettings,
  Result,
  Running,
} from '../computation.ts'
import type { Slice } from '../slice.ts'
import { type Architecture, architecture, type ChannelState, type VoteSettings } from './architecture.ts'
import { type Channel, channelAfter, channelState, INSIDE, type SetPoint } from './channel.ts'
import { channelProblems, setPointProblems, setPointsOf, voteSettings } from './vote-rules.ts'

export const VOTE_KEYS = [
  'need',
  'when',
  'limit',
  'deadband',
  'onFault',
  'onInhibit',
  'onOverdue',
  'minHealthy',
] as const

/**
 * 1 while M out of N channels are in alarm, else 0, over what all of them hold at the step: see {@link architecture} for
 * channels that are out of order. A channel is in alarm from its limit on until a good value is back by more than the
 * deadband; of an alarm, once its delays are over. A trip that stands ends on good evidence alone: channels in alarm that have gone bad since, or were
 * taken out, hold it as long as they and those still in alarm are enough. With too few healthy channels a trip is
 * uncertain, which may raise an alarm and never clears one, and no trip is bad with `no-protection`.
 */
export const VOTE: ComputationKind = {
  name: 'vote',
  about:
    'M out of N: 1 while so many sensors are beyond the limit, or alarms beyond their set points for as long as their delays.',
  keys: VOTE_KEYS,
  required: ['need'],
  of: { least: 1, most: 100 },
  takesAlarms: true,
  kind: 'state',
  unit: () => '1',
  problems: (request) => [...channelProblems(request), ...setPointProblems(request)],
  build: voteOf,
}

/** Plain JSON data. */
interface Kept {
  readonly channels: readonly Channel[]
  readonly tripped: boolean
}

function voteOf(request: DerivedRequest): Computation {
  const { file, inputs } = request
  const settings = voteSettings(file)
  const filed = setPointsOf(request)
  return {
    memoryMs: undefined,
    start: (kept, live): Running => {
      const before = kept as Kept | undefined
      const channels = inputs.map((_, at) => before?.channels[at] ?? INSIDE)
      let tripped = before?.tripped ?? false
      let states: ChannelState[] = inputs.map(() => 'silent')
      let values: (number | undefined)[] = []
      let setPoints = livePoints(request, filed, live)
      let now = architecture(states, settings)
      const channelsNow = () =>
        inputs.map(({ id }, at) => ({
          id,
          state: states[at] ?? 'silent',
          votes: now.voting[at] ?? false,
          value: values[at] ?? null,
          // Of one that has left the vote as well: it holds a trip, and nobody should overlook it.
          isBeyond: channels[at]?.isBeyond ?? false,
        }))
      return {
        step: ({ from, to, inputs: slices }) => {
          setPoints = livePoints(request, filed, live)
          for (const [at, point] of setPoints.entries()) {
            const [slice, channel] = [slices[at], channels[at]]
            if (slice !== undefined && channel !== undefined)
              channels[at] = channelAfter(channel, slice, { from, to, point })
          }
          states = slices.map((slice, at) =>
            stateOf(slice, channels[at]?.isBeyond, { ...settings, when: filed[at]?.when }),
          )
          values = slices.map(({ value }) => value)
          now = architecture(states, settings)
          tripped = now.trips || (tripped && isHeld(states, channels, settings))
          return voteResult(now, tripped)
        },
        snapshot: (): Kept => ({ channels: [...channels], tripped }),
        ballot: () => ballotOf(now, channelsNow()),
        describe: () => ({
          ...architectureView(now),
          tripped,
          channels: channelsNow().map((channel, at) => ({
            ...channel,
            sensor: inputs[at]?.sensor ?? channel.id,
            limit: setPoints[at]?.limit ?? null,
          })),
        }),
      }
    },
  }
}

function stateOf(
  slice: Slice,
  isBeyond: boolean | undefined,
  { when = 'high', onOverdue }: Pick<VoteSettings, 'onOverdue'> & { when: SetPoint['when'] | undefined },
): ChannelState {
  return channelState(slice, isBeyond === true, { when, onOverdue })
}

/** Set points of alarms as people have set them since. */
function livePoints(
  { inputs }: DerivedRequest,
  filed: readonly SetPoint[],
  live: LiveSettings | undefined,
): readonly SetPoint[] {
  if (live === undefined) return filed
  return filed.map((point, at) => {
    const alarm = inputs[at]?.alarm
    const now = alarm && live.limitOf(alarm.id)
    if (now === undefined) return point
    const { limit, deadband, onDelayMs = point.onDelayMs, offDelayMs = point.offDelayMs } = now
    return { when: point.when, limit, deadband, onDelayMs, offDelayMs }
  })
}

/** A standing trip goes on as if those that were beyond when they went bad were in the vote, and beyond, still. */
function isHeld(
  states: readonly ChannelState[],
  channels: readonly Channel[],
  settings: VoteSettings,
): boolean {
  const held = states.map((state, at) => (channels[at]?.isBeyond === true ? 'alarm' : state))
  return architecture(held, settings).trips
}

export function voteResult({ healthy, voting, isProtected }: Architecture, tripped: boolean): Result {
  const coverage = healthy / voting.length
  if (isProtected) return { value: tripped ? 1 : 0, quality: 'good', coverage }
  return tripped
    ? { value: 1, quality: 'uncertain', reason: 'imprecise', coverage }
    : { quality: 'bad', reason: 'no-protection', coverage }
}

export function ballotOf({ configured, live }: Architecture, channels: Ballot['channels']): Ballot {
  return { configured, live, channels }
}

/** What people are shown of it. */
export function architectureView({ configured, live, need, of, votes, isProtected }: Architecture) {
  return { configured, live, need, of, votes, isProtected }
}
