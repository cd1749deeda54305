import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'

/** Tells a sensor that is computed from one that measures. */
export function DerivedMark({ sensor: { derived } }: { sensor: Pick<SensorView, 'derived'> }) {
  const { words } = useConsole()
  if (derived === null) return null
  const says = words.text('computed')
  return (
    <span class="derived-mark" role="img" aria-label={says} title={says}>
      ƒ
    </span>
  )
}
