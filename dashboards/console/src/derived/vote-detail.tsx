import { formatIso } from '../../../../contracts/iso-time.ts'
import { unitSign } from '../../../../contracts/number-text.ts'
import { useConsole } from '../console-context.ts'
import { limitText, looseNumber, readingText, styleOf } from '../number-text.ts'
import { sensorConditions } from '../sensor-condition.ts'
import { VOTE_CHANNEL_TEXTS } from '../texts/derived.ts'
import { shortTime } from '../time-text.ts'
import { Listing } from '../views/listing.tsx'
import { InputName } from './input-list.tsx'
import { useDerivedWords } from './use-derived-words.ts'
import type { VoteChannel, VoteView } from './vote-view.ts'

/** What a vote was designed as and has come down to, and what each of its channels says. */
export function VoteDetail({ vote }: { vote: VoteView }) {
  const { state } = useConsole()
  const { text, known } = useDerivedWords()
  const timeOf = (ms: number) => shortTime(formatIso(ms, state.tree?.timezone ?? 'UTC'), state.heardTime)
  const conditions = new Map(sensorConditions(state).map((condition) => [condition.sensor.id, condition]))
  const inUnitOf = (sensor: string, value: string) =>
    `${value} ${unitSign(conditions.get(sensor)?.sensor.unit ?? '1')}`.trim()
  const writeOf = (id: string, value: number) => {
    const sensor = conditions.get(id)?.sensor
    return sensor === undefined ? looseNumber(value) : readingText(value, styleOf(sensor))
  }
  const readingOf = ({ sensor, value, isBeyond }: VoteChannel) => {
    const reading = value === undefined ? '–' : inUnitOf(sensor, writeOf(sensor, value))
    return isBeyond ? <b key="value">▲ {reading}</b> : reading
  }
  const limitOf = ({ sensor, limit }: VoteChannel) =>
    limit === undefined ? '–' : inUnitOf(sensor, limitText(limit))
  return (
    <section class="vote" data-testid="vote">
      <Architecture vote={vote} />
      <p class={vote.isTripped ? 'vote-tripped' : 'muted'}>
        {text(vote.isTripped ? 'tripped' : 'notTripped', { votes: vote.votes })}
      </p>
      {vote.heldBy.length > 0 && (
        <p data-testid="vote-held">{text('held', { channels: vote.heldBy.join(', ') })}</p>
      )}
      {vote.alone !== undefined && (
        <p>{text('alone', { station: vote.alone.station, time: timeOf(vote.alone.time) })}</p>
      )}
      <Listing
        columns={[text('channel'), text('channelState'), text('value'), text('limit'), text('votes')]}
        rows={vote.channels.map((channel) => ({
          key: channel.id,
          cells: [
            <InputName key={channel.id} id={channel.id} condition={conditions.get(channel.sensor)} />,
            channel.state === 'normal' ? (
              known(VOTE_CHANNEL_TEXTS, channel.state)
            ) : (
              <b key="state">{known(VOTE_CHANNEL_TEXTS, channel.state)}</b>
            ),
            readingOf(channel),
            limitOf(channel),
            text(channel.votes ? 'voting' : 'notVoting'),
          ],
        }))}
      />
    </section>
  )
}

function Architecture({ vote: { configured, live, need, of, isProtected, channels } }: { vote: VoteView }) {
  const { text } = useDerivedWords()
  const isWhole = configured === live
  const status = !isProtected ? 'unprotected' : isWhole ? 'asDesigned' : 'degraded'
  return (
    <div class={isWhole ? 'architecture' : 'architecture degraded'}>
      <p class="muted">{text('architecture')}</p>
      <p class="architecture-sign" data-testid="architecture">
        {isWhole ? configured : `${configured} → ${live}`}
      </p>
      <p>
        <b>{text(status, { healthy: of, all: channels.length })}</b>
        {of > 0 && <span class="muted"> {text(need === 0 ? 'needsNothing' : 'needs', { need, of })}</span>}
      </p>
    </div>
  )
}
