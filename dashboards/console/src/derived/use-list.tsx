import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { sensorConditions } from '../sensor-condition.ts'
import { COMPUTE_TEXTS } from '../texts/derived.ts'
import { Listing } from '../views/listing.tsx'
import { isComputedFrom } from './computed-from.ts'
import { readingOf } from './input-list.tsx'
import { useDerivedWords } from './use-derived-words.ts'

/** What is computed of a sensor, with what it reads now; nothing where there is none. */
export function UseList({ sensor }: { sensor: SensorView }) {
  const { state } = useConsole()
  const { text, known } = useDerivedWords()
  const uses = sensorConditions(state).filter((condition) => isComputedFrom(condition.sensor, sensor))
  if (uses.length === 0) return null
  return (
    <section class="panel derived" data-testid="derived-uses">
      <h2>{text('titleOfUses')}</h2>
      <Listing
        columns={[text('use'), text('value')]}
        rows={uses.map((condition) => {
          const { sensor: use } = condition
          return {
            key: use.id,
            cells: [
              <span class="input-name" key={use.id}>
                <a href={formatRoute({ page: 'sensor', sensor: use.id })}>{use.id}</a>{' '}
                <span class="muted">
                  {known(COMPUTE_TEXTS, use.derived?.compute ?? '')} · {use.name}
                </span>
              </span>,
              readingOf(condition),
            ],
          }
        })}
      />
    </section>
  )
}
