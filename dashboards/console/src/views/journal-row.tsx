import type { JournalItem } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { noteOf } from '../journal-note.ts'
import { changeTexts } from '../setting-changes.ts'
import { STATE_TEXTS } from '../texts.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { SensorLink } from './sensor-link.tsx'

/** One entry of the record: when, what, from which state to which, on what evidence, by whom. */
export function JournalRow({ item }: { item: JournalItem }) {
  const { words } = useConsole()
  const { alarm, change } = item
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
        {change === undefined
          ? `${words.of(STATE_TEXTS[item.from])} → ${words.of(STATE_TEXTS[alarm.state])}`
          : changeTexts(change.changes, alarm.unit, words).join(', ')}
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
