import { useCallback, useMemo, useState } from 'preact/hooks'
import type { MapColour } from '../../../../contracts/register/map-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { formatRoute, type RegisterQuery } from '../route.ts'
import { COLOUR_TEXTS, type RegisterTextKey } from '../texts/register.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { FiguresApi } from './figures-client.ts'
import { useCalm } from './hazard-loader.ts'
import { MapPanel } from './map-panel.tsx'
import { type MapPlace, placesOf } from './map-places.ts'
import { RiskMap } from './risk-map.tsx'
import { RiskMark } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

const LEGEND: readonly [MapColour, RegisterTextKey][] = [
  ['red', 'mapRed'],
  ['orange', 'mapOrange'],
  ['yellow', 'mapYellow'],
  ['blue', 'mapBlue'],
  ['grey', 'mapGrey'],
]
/** Colours follow alarms and hazards; no more often than this, ms. */
const CALM_MS = 5_000
const EVERY_MS = 30_000

/** Where the risk is now, as a drawing and as a list. */
export function MapPage({ query }: { query: RegisterQuery }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const isAll = query.of === 'all' || query.region !== undefined
  const { value, failure } = useMap(query)
  const places = useMemo(() => (value === undefined ? undefined : placesOf(value)), [value])
  const [chosen, choose] = useState<string>()
  const place = places?.find(({ key }) => key === chosen)
  return (
    <section class="panel" data-testid="map-page">
      <div class="trend-head">
        <h2>{words.text('mapTitle')}</h2>
        <label class="map-of">
          {words.text('mapOf')}{' '}
          <select
            data-testid="map-of"
            value={isAll ? 'all' : 'one'}
            onChange={(event) => {
              choose(undefined)
              const of = event.currentTarget.value === 'all' ? { query: { of: 'all' } } : {}
              location.hash = formatRoute({ page: 'hazards', view: 'map', ...of })
            }}
          >
            <option value="one">{state.tree?.name ?? state.facility}</option>
            <option value="all">{query.region ?? words.text('mapAll')}</option>
          </select>
        </label>
      </div>
      <p class="muted">{words.text('mapHint')}</p>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {places === undefined ? (
        failure === undefined && <p class="empty">{common.text('loading')}</p>
      ) : (
        <div class="map-columns">
          <div>
            <RiskMap places={places} chosen={chosen} onChoose={choose} />
            <ul class="map-legend" aria-label={words.text('mapLegend')}>
              {LEGEND.map(([colour, text]) => (
                <li key={colour}>
                  <RiskMark colour={colour} /> {words.of(COLOUR_TEXTS[colour])}: {words.text(text)}
                </li>
              ))}
            </ul>
          </div>
          <div class="map-side">
            <MapPanel place={place} />
            <PlaceList places={places} chosen={chosen} onChoose={choose} />
          </div>
        </div>
      )}
    </section>
  )
}

interface PlaceListProps {
  places: readonly MapPlace[]
  chosen: string | undefined
  onChoose: (key: string) => void
}

/** The same for a phone and for whoever does not see the drawing. */
function PlaceList({ places, chosen, onChoose }: PlaceListProps) {
  const words = useRegisterWords()
  return (
    <section aria-label={words.text('mapPlaces')}>
      <h3>{words.text('mapPlaces')}</h3>
      <ul class="place-list" data-testid="map-places">
        {places.map((place) => (
          <li key={place.key}>
            <button type="button" aria-pressed={place.key === chosen} onClick={() => onChoose(place.key)}>
              <RiskMark colour={place.colour} />
              <span>{place.name}</span>
              <span class="muted">{words.of(COLOUR_TEXTS[place.colour])}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function useMap(query: RegisterQuery) {
  const { state, api: common } = useConsole()
  const api = useMemo(() => new FiguresApi(common.asking), [common])
  const { region } = query
  const facility = query.facility ?? state.facility
  const asked = JSON.stringify(
    query.of === 'all' ? {} : region !== undefined ? { region } : facility === undefined ? {} : { facility },
  )
  const load = useCallback(() => api.map(JSON.parse(asked) as Record<string, string>), [api, asked])
  const changes = useCalm(`${state.hazardChanges} ${state.recent[0]?.seq ?? 0}`, CALM_MS)
  return useLoaded(load, { everyMs: EVERY_MS, version: `${state.generation} ${changes}` })
}
