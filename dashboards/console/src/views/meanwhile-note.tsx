import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { happenedSince } from '../meanwhile.ts'
import { alarmKey } from '../state.ts'
import { STATE_TEXTS } from '../texts.ts'
import { clockOf } from '../time-text.ts'

/** What others, or the plant, did to these alarms while the dialog was open. */
export function MeanwhileNote({ alarms }: { alarms: readonly AlarmView[] }) {
  const { state, words } = useConsole()
  const [before] = useState(state.recent)
  const items = happenedSince(state.recent, before, alarms)
  const gone = alarms.filter((alarm) => alarm.state !== 'NORM' && !state.alarms.has(alarmKey(alarm)))
  if (items.length === 0 && gone.length === 0) return null
  return (
    <div class="meanwhile" role="alert" data-testid="meanwhile">
      <p>
        <b aria-hidden="true">⚠ </b>
        {words.text('meanwhile')}
      </p>
      <ul>
        {items.map((item) => (
          <li key={item.seq}>
            {clockOf(item.time)} {alarms.length > 1 && <b>{item.alarm.id} </b>}
            <b>{words.event(item.event)}</b> · {item.by ?? words.text('system')} →{' '}
            {words.of(STATE_TEXTS[item.alarm.state])}
          </li>
        ))}
        {gone.map((alarm) => (
          <li key={alarmKey(alarm)}>
            {alarms.length > 1 && <b>{alarm.id} </b>}
            {words.text('meanwhileClosed')}
          </li>
        ))}
      </ul>
    </div>
  )
}
