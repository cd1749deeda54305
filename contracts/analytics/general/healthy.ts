import type { Computation, ComputationKind, DerivedRequest } from '../computation.ts'
import { architecture } from './architecture.ts'
import { channelState } from './channel.ts'
import { VOTE_KEYS } from './vote.ts'
import { channelProblems, setPointsOf, voteSettings } from './vote-rules.ts'

/** How many channels of a vote are healthy, for an alarm on fewer than there should be. It is always known. */
export const HEALTHY: ComputationKind = {
  name: 'healthy',
  about: 'How many of the channels are healthy, with the keys of the vote: for an alarm that it is degraded.',
  keys: VOTE_KEYS,
  required: [],
  of: { least: 1, most: 100 },
  takesAlarms: true,
  kind: 'state',
  unit: () => '1',
  problems: channelProblems,
  build: healthyOf,
}

function healthyOf(request: DerivedRequest): Computation {
  const settings = voteSettings(request.file)
  const sides = setPointsOf(request).map(({ when }) => when)
  return {
    memoryMs: undefined,
    start: () => ({
      step: ({ inputs }) => {
        const states = inputs.map((slice, at) =>
          channelState(slice, false, { when: sides[at] ?? 'high', onOverdue: settings.onOverdue }),
        )
        const { healthy } = architecture(states, settings)
        return { value: healthy, quality: 'good', coverage: healthy / inputs.length }
      },
      snapshot: () => null,
    }),
  }
}
