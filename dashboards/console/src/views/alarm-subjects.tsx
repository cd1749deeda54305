import type { AlarmView } from '../../../../contracts/api.ts'
import { alarmKey } from '../state.ts'
import { PriorityMark } from './priority-mark.tsx'

/** The alarms that a dialog is about. */
export function AlarmSubjects({ alarms }: { alarms: readonly AlarmView[] }) {
  return (
    <ul class="subjects">
      {alarms.map((alarm) => (
        <li key={alarmKey(alarm)}>
          <PriorityMark priority={alarm.priority} size={24} />
          <span>
            <strong>{alarm.id}</strong> {alarm.sensorName}
            <span class="subject-message">{alarm.message}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
