import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { isComputedFrom } from '../derived/computed-from.ts'
import { Later, LaterPage } from './later-page.tsx'

export interface DerivedPanelProps {
  facility: string
  sensor: SensorView
  /** On the page of an alarm only what has voted is shown. */
  part: 'sensor' | 'alarm'
}

const PANEL = new Later<DerivedPanelProps>(() =>
  import('../derived/derived-panel.tsx').then(({ DerivedPanel }) => DerivedPanel),
)

/** Of their alarms people want to know who has voted. */
const VOTES = ['vote', 'coincidence']

/** How a sensor is computed, and what is computed of it; nothing where it is neither. */
export function SensorDerived({ sensor }: { sensor: SensorView }) {
  const { state } = useConsole()
  const isUsed = state.tree?.sensors.some((other) => isComputedFrom(other, sensor)) ?? false
  if (state.facility === undefined || (sensor.derived === null && !isUsed)) return null
  return (
    <LaterPage<DerivedPanelProps>
      later={PANEL}
      given={{ facility: state.facility, sensor, part: 'sensor' }}
    />
  )
}

/** The vote behind an alarm. */
export function AlarmVote({ facility, sensor }: { facility: string; sensor: SensorView }) {
  if (!VOTES.includes(sensor.derived?.compute ?? '')) return null
  return <LaterPage<DerivedPanelProps> later={PANEL} given={{ facility, sensor, part: 'alarm' }} />
}
