import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { isComputedFrom } from '../derived/computed-from.ts'
import { Later, LaterPage } from './later-page.tsx'

export interface DerivedPanelProps {
  facility: string
  sensor: SensorView
  /** On the page of an alarm stands what is so now, and not on which grid it is computed. */
  part: 'sensor' | 'alarm'
}

const PANEL = new Later<DerivedPanelProps>(() =>
  import('../derived/derived-panel.tsx').then(({ DerivedPanel }) => DerivedPanel),
)

interface DerivedOfProps {
  sensor: SensorView
  part: DerivedPanelProps['part']
}

/** How a sensor is computed, and what is computed of it; nothing where it is neither. */
export function DerivedOf({ sensor, part }: DerivedOfProps) {
  const { state } = useConsole()
  const isUsed = state.tree?.sensors.some((other) => isComputedFrom(other, sensor)) ?? false
  if (state.facility === undefined || (sensor.derived === null && !isUsed)) return null
  return <LaterPage<DerivedPanelProps> later={PANEL} given={{ facility: state.facility, sensor, part }} />
}
