import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'

/** The name of an alarm's sensor, leading to it, and to its facility when another one is looked at. */
export function SensorLink({ alarm }: { alarm: AlarmView }) {
  const { state, commands } = useConsole()
  return (
    <a
      href={formatRoute({ page: 'sensor', sensor: alarm.sensor })}
      class="sensor-link"
      onClick={() => {
        if (alarm.facility !== state.facility) commands.chooseFacility(alarm.facility)
      }}
    >
      {alarm.sensorName}
    </a>
  )
}
