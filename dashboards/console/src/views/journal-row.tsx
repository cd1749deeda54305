import type { AlarmEvent } from '../../../../contracts/alarm.ts'
import type { JournalItem } from '../../../../contracts/api.ts'
import type { NoticeEntry } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { noteOf } from '../journal-note.ts'
import { causeText, toldTexts } from '../notice-text.ts'
import { changeTexts } from '../setting-changes.ts'
import { STATE_TEXTS } from '../texts.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { BallotNote } from './ballot-note.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { SensorLink } from './sensor-link.tsx'

/** What follows from a reading; other entries repeat what the alarm was decided on before. */
const DECIDING: readonly AlarmEvent[] = ['raised', 'returned', 'priority-raised']

/** One entry of the record: when, what, from which state to which, on what evidence, by whom. */
export function JournalRow({ item }: { item: JournalItem }) {
  const { words } = useConsole()
  const { alarm, change, notice } = item
  const note = noteOf(item)
  return (
    <li class="journal-row" data-testid={`journal-${item.seq}`}>
      <span class="entry-time">
        <b>{clockOf(item.time)}</b> <span class="muted">{dateOf(item.time)}</span>
      </span>
      <span class="entry-mark">
        <PriorityMark priority={alarm.priority} outline size={22} />
      </span>
      <span class="entry-alarm">
        <AlarmLink alarm={alarm} />
        <SensorLink alarm={alarm} />
      </span>
      <span class="entry-event">
        {words.event(item.event)}
        {item.late !== undefined && (
          <span class="note">
            {clockOf(item.late.start)} – {item.late.end === null ? '…' : clockOf(item.late.end)}
          </span>
        )}
      </span>
      <span class="entry-states">
        {notice !== undefined ? (
          <Told notice={notice} />
        ) : change === undefined ? (
          `${words.of(STATE_TEXTS[item.from])} → ${words.of(STATE_TEXTS[alarm.state])}`
        ) : (
          changeTexts(change.changes, alarm.unit, words).join(', ')
        )}
        {alarm.ballot !== undefined && DECIDING.includes(item.event) && <BallotNote ballot={alarm.ballot} />}
      </span>
      <span class="entry-value">
        <AlarmNumbers alarm={alarm} />
        {alarm.quality !== null && alarm.quality !== 'good' && (
          <span class={`note note-${alarm.quality}`}>
            {alarm.quality === 'bad' ? '✕ ' : '? '}
            {alarm.reason === null ? words.text(alarm.quality) : words.reason(alarm.reason)}
          </span>
        )}
      </span>
      <span class="entry-by">
        <span class={item.by === null ? 'muted' : ''}>{item.by ?? words.text('system')}</span>
        {note !== null && <span class="note quote">“{note.text}”</span>}
        {note !== null && note.approvedBy !== null && (
          <span class="muted">{words.text('approvedBy', { name: note.approvedBy })}</span>
        )}
      </span>
    </li>
  )
}

/** Who was told by which channel, and what came of it. */
function Told({ notice }: { notice: NoticeEntry }) {
  const { words } = useConsole()
  return (
    <span class="entry-told">
      <span>{causeText(notice, words)}</span>
      {toldTexts(notice, words).map((text) => (
        <span key={text}>{text}</span>
      ))}
    </span>
  )
}
