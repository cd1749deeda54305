import type { MapReason } from '../../../../contracts/register/map-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { alarmKey } from '../state.ts'
import { CAUSE_TEXTS, COLOUR_TEXTS } from '../texts/register.ts'
import { alarmOf, listOf, type MapPlace, markColour } from './map-places.ts'
import { RiskMark } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** Why a place has its colour, and where to look further. */
export function MapPanel({ place }: { place: MapPlace | undefined }) {
  const words = useRegisterWords()
  const { commands, state } = useConsole()
  if (place === undefined) return <p class="muted">{words.text('mapNoPlace')}</p>
  const { facility, region, colour, name, why, live } = place
  const isRegion = facility === null && region !== null
  return (
    <div class="map-panel" data-testid="map-panel" aria-live="polite">
      <h3>
        <RiskMark colour={colour} size={30} /> {name}
        <span class="muted"> {words.of(COLOUR_TEXTS[colour])}</span>
      </h3>
      {place.facilityName !== null && place.facilityName !== name && (
        <p class="muted">{place.facilityName}</p>
      )}
      {!live && <p class="forbidden">{words.text('mapNotLive')}</p>}
      <h4>{words.text('mapWhy')}</h4>
      {why.length === 0 ? (
        <p>{words.text('mapNothing')}</p>
      ) : (
        <ul class="map-why">
          {why.map((reason) => (
            <li key={`${reason.cause} ${reason.text}`}>
              <Reason reason={reason} facility={facility} />
            </li>
          ))}
        </ul>
      )}
      <p class="action-buttons">
        <a
          class="button"
          data-testid="map-hazards"
          href={formatRoute({ page: 'hazards', query: { ...listOf(place), status: 'open' } })}
        >
          {words.text('mapHazards')}
        </a>
        {isRegion && (
          <a
            class="button"
            data-testid="map-closer"
            href={formatRoute({ page: 'hazards', view: 'map', query: { region } })}
          >
            {words.text('mapCloser')}
          </a>
        )}
        {facility !== null && live && (
          <a
            class="button"
            href={formatRoute({ page: 'alarms' })}
            onClick={() => {
              if (facility !== state.facility) commands.chooseFacility(facility)
            }}
          >
            {words.text('mapAlarms')}
          </a>
        )}
      </p>
    </div>
  )
}

function Reason({ reason, facility }: { reason: MapReason; facility: string | null }) {
  const { state } = useConsole()
  const words = useRegisterWords()
  const { cause, text } = reason
  const name = Object.hasOwn(CAUSE_TEXTS, cause) ? CAUSE_TEXTS[cause] : undefined
  const alarm = alarmOf(reason)
  const standing =
    facility === null || alarm === undefined ? undefined : state.alarms.get(alarmKey({ facility, id: alarm }))
  return (
    <>
      <RiskMark colour={markColour(reason.colour)} size={20} /> {name === undefined ? cause : words.of(name)}:{' '}
      {standing === undefined ? (
        text
      ) : (
        <a href={formatRoute({ page: 'alarm', facility: standing.facility, alarm: standing.id })}>{text}</a>
      )}
    </>
  )
}
