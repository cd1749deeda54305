import { useState } from 'preact/hooks'
import type { ChannelView, NoticeView } from '../../../../contracts/notify/api.ts'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
import { CHANNEL_KIND_TEXTS, CHANNEL_STATE_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { ChannelTrouble } from './channel-trouble.tsx'
import { NoticeOutcome } from './notice-outcome.tsx'
import { ProblemNote } from './problem-note.tsx'

interface ChannelListProps {
  channels: readonly ChannelView[]
  /** A message was tried. */
  onTested: () => void
}

/** By which messages go out, and whether they do. */
export function ChannelList({ channels, onTested }: ChannelListProps) {
  const { words } = useConsole()
  return (
    <section class="panel" data-testid="channels">
      <h2>{words.text('channels')}</h2>
      {channels.length === 0 ? (
        <p data-testid="no-channels">{words.text('noChannels')}</p>
      ) : (
        <ul class="channel-rows">
          {channels.map((channel) => (
            <ChannelRow key={`${channel.facility}/${channel.id}`} channel={channel} onTested={onTested} />
          ))}
        </ul>
      )}
    </section>
  )
}

function ChannelRow({ channel, onTested }: { channel: ChannelView; onTested: () => void }) {
  const { state, words, api } = useConsole()
  const barrier = useBarrier()
  const [tested, setTested] = useState<Answer<NoticeView>>()
  const [isSending, setSending] = useState(false)
  const { facility, id, kind, target, since, lastSent, error, waiting } = channel
  const plant = state.facilities.find((known) => known.id === facility)?.name ?? facility
  const { disabled, title } = barrier('test-message')
  const test = async () => {
    setSending(true)
    const answer = await api.notify.testChannel(facility, id)
    setSending(false)
    setTested(answer)
    onTested()
  }
  return (
    <li
      class={channel.state === 'failing' ? 'channel-row is-failing' : 'channel-row'}
      data-testid={`channel-${id}`}
    >
      <div class="channel-name">
        <strong>{id}</strong>
        <span class="muted">
          {state.facilities.length > 1 && `${plant} · `}
          {words.of(CHANNEL_KIND_TEXTS[kind])} · {target}
        </span>
      </div>
      <div class="channel-state">
        <strong>{words.of(CHANNEL_STATE_TEXTS[channel.state])}</strong>
        {since !== null && (
          <span class="muted">{words.text('stateSince', { time: shortTime(since, state.heardTime) })}</span>
        )}
      </div>
      <div class="channel-sent">
        <span>
          <span class="muted">{words.text('lastSent')}</span>{' '}
          {lastSent === null ? words.text('never') : shortTime(lastSent, state.heardTime)}
        </span>
        <span class={waiting > 0 ? 'is-waiting' : 'muted'}>
          {words.text('waitingCount', { count: waiting })}
        </span>
      </div>
      <button
        type="button"
        class="button channel-test"
        data-testid={`test-${id}`}
        aria-label={words.text('sendTestBy', { channel: id })}
        disabled={disabled || isSending}
        title={title}
        onClick={() => void test()}
      >
        {words.text(isSending ? 'sending' : 'sendTest')}
      </button>
      {error !== null && channel.state === 'failing' && <ChannelTrouble error={error} />}
      {tested !== undefined && (
        <div class="channel-note" role="status" data-testid={`tested-${id}`}>
          {tested.ok ? (
            <>
              {words.text('testTo', { to: tested.value.to ?? words.text('aGroup') })}{' '}
              <NoticeOutcome notice={tested.value} />
            </>
          ) : (
            <ProblemNote failure={tested.failure} />
          )}
        </div>
      )}
    </li>
  )
}
