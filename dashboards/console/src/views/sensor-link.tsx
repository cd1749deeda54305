import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'

/** The alarm's id, leading to its sensor, and to its facility when another one is looked at. */
export function SensorLink({ alarm }: { alarm: AlarmView }) {
  const { state, commands } = useConsole()
  return (
    <a
      href={formatRoute({ page: 'sensor', sensor: alarm.sensor })}
      onClick={() => {
        if (alarm.facility !== state.facility) commands.chooseFacility(alarm.facility)
      }}
    >
      {alarm.id}
    </a>
  )
}
