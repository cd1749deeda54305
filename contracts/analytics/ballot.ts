import Type from 'typebox'
import { CHANNEL_STATES } from './general/architecture.ts'

/** Who had a say in a vote at one moment, and how: what explains a trip long after the channels are back. */
export const BallotSchema = Type.Object(
  {
    configured: Type.String({ description: 'As designed.', examples: ['2oo3'] }),
    live: Type.String({ description: 'What it had come down to.', examples: ['1oo2'] }),
    channels: Type.Array(
      Type.Object({
        id: Type.String({ description: 'Sensor, or alarm, of the vote.' }),
        state: Type.Enum(CHANNEL_STATES),
        votes: Type.Boolean({ description: 'It counted as one in alarm.' }),
        isBeyond: Type.Boolean({
          description: 'Beyond its limit when it could last be believed; without a vote it holds a trip.',
        }),
        value: Type.Union([Type.Number(), Type.Null()], { description: 'In the unit of the channel.' }),
      }),
      { description: 'In the order of the file.' },
    ),
  },
  { title: 'Ballot', description: 'Of a vote: who had a say in the value, and how.' },
)
export type Ballot = Type.Static<typeof BallotSchema>

/** Somebody had another say; what they measured may have moved meanwhile. */
export function isOtherBallot(one: Ballot | undefined, other: Ballot | undefined): boolean {
  if (one === undefined || other === undefined) return one !== other
  return (
    one.live !== other.live ||
    one.channels.some(({ state, votes, isBeyond }, at) => {
      const now = other.channels[at]
      return state !== now?.state || votes !== now.votes || isBeyond !== now.isBeyond
    })
  )
}
