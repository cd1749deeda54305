import type { Ballot } from '../../../../contracts/analytics/ballot.ts'
import { useConsole } from '../console-context.ts'
import { looseNumber } from '../number-text.ts'
import { VOTE_CHANNEL_TEXTS } from '../texts/ballot.ts'

/** Who had a say in a vote when something was decided on it: what it had come down to, and all that was not normal. */
export function BallotNote({ ballot: { configured, live, channels } }: { ballot: Ballot }) {
  const { words } = useConsole()
  const odd = channels.filter(({ state, votes, isBeyond }) => state !== 'normal' || votes || isBeyond)
  const normal = channels.length - odd.length
  return (
    <span class="entry-ballot muted" title={words.text('ballot')} data-testid="ballot">
      <b>{configured === live ? configured : `${configured} → ${live}`}</b>
      {odd.map(({ id, state, value, votes, isBeyond }) => {
        const says = VOTE_CHANNEL_TEXTS[state]
        return (
          <span key={id}>
            {[
              id,
              says === undefined ? state : words.of(says),
              value === null ? '' : looseNumber(value),
              votes ? words.text('ballotVotes') : isBeyond ? words.text('ballotHolds') : '',
            ]
              .filter((part) => part !== '')
              .join(' ')}
          </span>
        )
      })}
      {normal > 0 && <span>{words.text('ballotNormal', { count: normal })}</span>}
    </span>
  )
}
