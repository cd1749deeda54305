import { SYSTEM_PREFIX } from '../../../../contracts/ids.ts'
import { useConsole } from '../console-context.ts'
import { isAbnormal, isBlind, type SensorCondition, sensorConditions } from '../sensor-condition.ts'
import { AlarmList } from './alarm-list.tsx'
import { SensorTile } from './sensor-tile.tsx'

/** The plant by area, always in the same places, with the alarms beside it. */
export function Overview() {
  const { state, words } = useConsole()
  // What the system says about itself stands on the gateways page and among the alarms.
  const conditions = sensorConditions(state).filter(({ sensor }) => !sensor.id.startsWith(SYSTEM_PREFIX))
  const areas = state.tree?.areas ?? []
  const known = new Set(areas.map((area) => area.id))
  const elsewhere = conditions.filter(({ sensor }) => !known.has(sensor.area))
  return (
    <div class="overview">
      <section class="panel overview-alarms" aria-label={words.text('alarms')}>
        <h2>{words.text('alarms')}</h2>
        <AlarmList alarms={state.alarms.values()} blind={conditions.filter(isBlind).length} />
      </section>
      <div class="areas">
        {areas.map((area) => (
          <Area
            key={area.id}
            name={area.name}
            conditions={conditions.filter(({ sensor }) => sensor.area === area.id)}
          />
        ))}
        {elsewhere.length > 0 && <Area name={words.text('otherArea')} conditions={elsewhere} />}
      </div>
    </div>
  )
}

function Area({ name, conditions }: { name: string; conditions: readonly SensorCondition[] }) {
  const { words } = useConsole()
  const abnormal = conditions.filter(isAbnormal).length
  return (
    <section class="area" aria-label={name}>
      <h2>
        {name}
        <span class="area-count">{words.text('sensorCount', { count: conditions.length })}</span>
        {abnormal > 0 && (
          <span class="area-abnormal">{words.text('abnormalCount', { count: abnormal })}</span>
        )}
      </h2>
      <div class="tiles">
        {conditions.map((condition) => (
          <SensorTile key={condition.sensor.id} condition={condition} />
        ))}
      </div>
    </section>
  )
}
