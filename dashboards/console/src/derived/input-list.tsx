import type { DerivedDetail } from '../../../../contracts/analytics/derived-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { type SensorCondition, sensorConditions } from '../sensor-condition.ts'
import { Listing } from '../views/listing.tsx'
import { BeliefNote, SensorValue } from '../views/sensor-value.tsx'
import { sensorIdOf } from './input-id.ts'
import { useDerivedWords } from './use-derived-words.ts'

/** What it is computed from, with what each of them reads now. */
export function InputList({ of }: Pick<DerivedDetail, 'of'>) {
  const { state } = useConsole()
  const { text } = useDerivedWords()
  const conditions = new Map(sensorConditions(state).map((condition) => [condition.sensor.id, condition]))
  return (
    <section data-testid="derived-inputs">
      <h3>{text('inputs')}</h3>
      <Listing
        columns={[text('input'), text('value')]}
        rows={of.map((id) => {
          const condition = conditions.get(sensorIdOf(id, conditions))
          return {
            key: id,
            cells: [<InputName key={id} id={id} condition={condition} />, readingOf(condition)],
          }
        })}
      />
    </section>
  )
}

export function InputName({ id, condition }: { id: string; condition: SensorCondition | undefined }) {
  const { state } = useConsole()
  if (condition === undefined) return <span>{id}</span>
  const { sensor } = condition
  const isAlarm = sensor.id !== id && state.facility !== undefined
  const href = isAlarm
    ? formatRoute({ page: 'alarm', facility: state.facility ?? '', alarm: id })
    : formatRoute({ page: 'sensor', sensor: sensor.id })
  return (
    <span class="input-name">
      <a href={href}>{id}</a> <span class="muted">{sensor.name}</span>
    </span>
  )
}

/** What a sensor reads, and why it is not to be believed. */
export function readingOf(condition: SensorCondition | undefined) {
  if (condition === undefined) return '–'
  const { sensor, belief } = condition
  return (
    <span class="input-value">
      <SensorValue sensor={sensor} belief={belief} />
      {belief.kind !== 'good' && <BeliefNote sensor={sensor} belief={belief} />}
    </span>
  )
}
