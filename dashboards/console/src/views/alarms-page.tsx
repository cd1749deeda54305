import { useConsole } from '../console-context.ts'
import { isBlind, sensorConditions } from '../sensor-condition.ts'
import { AlarmList } from './alarm-list.tsx'

/** All standing alarms of all facilities, with the whole width for their columns. */
export function AlarmsPage() {
  const { state, words } = useConsole()
  return (
    <section class="panel">
      <h1>{words.text('alarms')}</h1>
      <AlarmList alarms={state.alarms.values()} blind={sensorConditions(state).filter(isBlind).length} />
    </section>
  )
}
