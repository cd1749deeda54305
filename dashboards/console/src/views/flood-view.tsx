import type { AlarmView } from '../../../../contracts/api.ts'
import { countUnacknowledged, PRIORITY_ORDER } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { type AreaGroup, floodGroups, type SensorGroup } from '../flood-groups.ts'
import { alarmKey } from '../state.ts'
import { AlarmLink } from './alarm-link.tsx'
import { PriorityMark } from './priority-mark.tsx'

interface FloodViewProps {
  alarms: readonly AlarmView[]
  /** How one alarm is shown. */
  row: (alarm: AlarmView) => preact.JSX.Element
}

/** Life safety apart, each of them; the others by area, folded, with what came first in sight. */
export function FloodView({ alarms, row }: FloodViewProps) {
  const { words } = useConsole()
  const { lifeSafety, areas } = floodGroups(alarms)
  return (
    <div data-testid="flood-view">
      <section class="life-safety" data-testid="life-safety">
        <h3>✚ {words.text('lifeSafetyFirst', { count: lifeSafety.length })}</h3>
        {lifeSafety.length === 0 ? (
          <p class="muted">{words.text('noLifeSafety')}</p>
        ) : (
          <ul class="alarm-rows">{lifeSafety.map(row)}</ul>
        )}
      </section>
      <h3 class="flood-others">{words.text('otherAlarms', { count: alarms.length - lifeSafety.length })}</h3>
      {areas.map((area) => (
        <Area key={`${area.facility}/${area.area}`} area={area} row={row} />
      ))}
    </div>
  )
}

function Area({ area, row }: { area: AreaGroup; row: FloodViewProps['row'] }) {
  const { state, words } = useConsole()
  const known = area.facility === state.facility ? state.tree?.areas : undefined
  const plant = state.facilities.find(({ id }) => id === area.facility)?.name ?? area.facility
  const name = known?.find(({ id }) => id === area.area)?.name ?? (area.area || words.text('otherArea'))
  const counts = countUnacknowledged(area.sensors.flatMap(({ alarms }) => alarms))
  return (
    <details class="flood-area" data-testid={`flood-area-${area.area}`}>
      <summary>
        <span class="flood-area-line">
          <b>{state.facilities.length > 1 ? `${plant} · ${name}` : name}</b>
          <span>{words.text('floodAlarms', { count: area.count })}</span>
          <b>{words.text('floodUnack', { count: area.unacknowledged })}</b>
          <span class="flood-marks">
            {PRIORITY_ORDER.filter((priority) => counts[priority] > 0).map((priority) => (
              <span key={priority}>
                <PriorityMark priority={priority} size={20} /> <b>{counts[priority]}</b>
              </span>
            ))}
          </span>
        </span>
        {area.firsts.map((alarm) => (
          <span key={alarmKey(alarm)} class="flood-first">
            ① {words.text('firstInGroup', { group: alarm.group ?? '' })}: <AlarmLink alarm={alarm} />{' '}
            {alarm.message}
          </span>
        ))}
      </summary>
      {area.sensors.map((sensor) => (
        <Sensor key={sensor.sensor} group={sensor} row={row} />
      ))}
    </details>
  )
}

function Sensor({ group, row }: { group: SensorGroup; row: FloodViewProps['row'] }) {
  const { words } = useConsole()
  const rows = <ul class="alarm-rows">{group.alarms.map(row)}</ul>
  if (group.alarms.length === 1) return rows
  return (
    <details class="flood-sensor" open>
      <summary>
        <b>{group.sensor}</b> {group.sensorName} ·{' '}
        {words.text('sensorAlarmCount', { count: group.alarms.length })}
      </summary>
      {rows}
    </details>
  )
}
