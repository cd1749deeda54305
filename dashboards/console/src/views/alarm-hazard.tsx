import { useCallback } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import { isAtLeast } from '../../../../contracts/roles.ts'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { formatRoute } from '../route.ts'
import type { Session } from '../session.ts'

/** The open hazard that an alarm belongs to, or the way to make one of it. */
export function AlarmHazard({ alarm }: { alarm: AlarmView }) {
  const { state, words, api, session } = useConsole()
  const { facility, id } = alarm
  const load = useCallback(
    (): Promise<Answer<{ items: HazardView[] }>> =>
      api.asking.get(
        `/api/v1/hazards?${new URLSearchParams({ facility, alarm: id, status: 'open', limit: '1' })}`,
      ),
    [api, facility, id],
  )
  const { value } = useLoaded(load, { version: `${state.generation} ${state.hazardChanges}` })
  // A server without a register has nothing to say.
  if (value === undefined) return null
  const [open] = value.items
  if (open !== undefined)
    return (
      <p class="alarm-hazard">
        <a href={formatRoute({ page: 'hazard', number: open.number })} data-testid="alarm-hazard">
          {words.text('hazardOfAlarm', { number: open.number, title: open.title })} ›
        </a>
        <IncidentLink alarm={alarm} />
      </p>
    )
  if (!mayAct(session)) return null
  const { area, sensor, message } = alarm
  // The system's own alarms are in no area of the plant.
  const where = state.tree?.areas.some((known) => known.id === area) === true ? { area } : {}
  const query = { facility, ...where, sensor, alarm: id, title: message.slice(0, 200) }
  return (
    <p class="alarm-hazard">
      <a href={formatRoute({ page: 'hazards', view: 'new', query })} data-testid="make-hazard">
        {words.text('makeHazard')} ›
      </a>
      <IncidentLink alarm={alarm} />
    </p>
  )
}

/** The way to the form of an incident that begins with this alarm. */
function IncidentLink({ alarm: { facility, id } }: { alarm: AlarmView }) {
  const { words, session } = useConsole()
  if (!mayAct(session)) return null
  return (
    <a
      href={formatRoute({ page: 'incidents', view: 'new', query: { facility, alarm: id } })}
      data-testid="open-incident"
    >
      {words.text('openIncident')} ›
    </a>
  )
}

function mayAct({ who }: Session): boolean {
  return who !== undefined && isAtLeast(who.role, 'operator')
}
