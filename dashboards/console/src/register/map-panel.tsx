import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { CAUSE_TEXTS, COLOUR_TEXTS } from '../texts/register.ts'
import { type MapPlace, type MapReason, markColour } from './map-places.ts'
import { RiskMark } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** Why a place has its colour, and where to look further. */
export function MapPanel({ place }: { place: MapPlace | undefined }) {
  const words = useRegisterWords()
  const { commands, state } = useConsole()
  if (place === undefined) return <p class="muted">{words.text('mapNoPlace')}</p>
  const { facility, area, region, colour, name, why } = place
  const list = {
    ...given('facility', facility),
    ...given('area', area),
    ...given('region', facility === undefined ? region : undefined),
  }
  const plant = state.facilities.find(({ id }) => id === facility)?.name
  return (
    <div class="map-panel" data-testid="map-panel" aria-live="polite">
      <h3>
        <RiskMark colour={colour} size={30} /> {name}
        <span class="muted"> {words.of(COLOUR_TEXTS[colour])}</span>
      </h3>
      {plant !== undefined && plant !== name && <p class="muted">{plant}</p>}
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
        <a class="button" data-testid="map-hazards" href={formatRoute({ page: 'hazards', query: list })}>
          {words.text('mapHazards')}
        </a>
        {facility !== undefined && (
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

function Reason({ reason, facility }: { reason: MapReason; facility: string | undefined }) {
  const words = useRegisterWords()
  const { cause, text, alarm } = reason
  const name = Object.hasOwn(CAUSE_TEXTS, cause) ? CAUSE_TEXTS[cause] : undefined
  const isLinked = facility !== undefined && alarm !== undefined && alarm !== null
  return (
    <>
      <RiskMark colour={markColour(reason.colour)} size={20} /> {name === undefined ? cause : words.of(name)}:{' '}
      {isLinked ? <a href={formatRoute({ page: 'alarm', facility, alarm })}>{text}</a> : text}
    </>
  )
}

function given(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value }
}
