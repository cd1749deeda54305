import type { SensorView } from '../../../../contracts/api.ts'

interface RangeBarProps {
  sensor: SensorView
  /** Undefined when there is no live value. */
  value: number | undefined
}

/** Where the value stands in its display span, with a mark for every limit. Decorative: the number says it. */
export function RangeBar({ sensor, value }: RangeBarProps) {
  const [low, high] = sensor.range ?? []
  if (low === undefined || high === undefined || high <= low) return <div class="range-bar empty-bar" />
  const place = (at: number) => `${Math.min(100, Math.max(0, ((at - low) / (high - low)) * 100))}%`
  return (
    <div class="range-bar" aria-hidden="true">
      {value !== undefined && <div class="range-fill" style={{ width: place(value) }} />}
      {sensor.limits.map(({ key, limit }) =>
        limit === null ? null : <div key={key} class="range-limit" style={{ left: place(limit) }} />,
      )}
    </div>
  )
}
