import type { NoticeView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { ruleText, stateText } from '../notice-text.ts'
import { shortTime } from '../time-text.ts'
import { ChannelTrouble } from './channel-trouble.tsx'

/** What became of a notice: state, receipt or error, how often it was tried, and who answered. */
export function NoticeOutcome({ notice }: { notice: NoticeView }) {
  const { state, words } = useConsole()
  const { sent, receipt, error, why, together, attempts, answered } = notice
  return (
    <span class="outcome">
      <span>
        <strong class={`outcome-${notice.state}`}>{stateText(notice.state, words)}</strong>
        {sent !== null && ` ${shortTime(sent, state.heardTime)}`}
        {attempts > 1 && <span class="note">{words.text('attempts', { count: attempts })}</span>}
      </span>
      {receipt !== null && receipt !== '' && (
        <span class="muted">{words.text('receipt', { text: receipt })}</span>
      )}
      {why !== null && why !== '' && <span>{ruleText(why, words)}</span>}
      {together !== null && <span class="muted">{words.text('togetherNote')}</span>}
      {error !== null && notice.state !== 'sent' && <ChannelTrouble error={error} />}
      {answered !== null && (
        <strong>
          {words.text('answeredBy', {
            name: answered.by,
            time: shortTime(answered.time, state.heardTime),
          })}
        </strong>
      )}
    </span>
  )
}
