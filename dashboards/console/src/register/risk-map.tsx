import { formatRoute } from '../route.ts'
import { COLOUR_LETTERS, COLOUR_TEXTS } from '../texts/register.ts'
import { listOf, type MapPlace } from './map-places.ts'
import { fitted, type MapSize, markAt, type Projection, pathOf, scaleBar } from './map-projection.ts'
import { LETTER_Y, RISK_SHAPES } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

const SIZE: MapSize = { width: 900, height: 620, padding: 90 }
const MARK = 32
/** More names than this would lie over one another: the list beside the map has them. */
const MOST_NAMES = 30
const BAR = 160

interface RiskMapProps {
  places: readonly MapPlace[]
  chosen: string | undefined
  onChoose: (key: string) => void
}

/** Drawn here, true to scale and north up: there are no tiles to fetch. */
export function RiskMap({ places, chosen, onChoose }: RiskMapProps) {
  const words = useRegisterWords()
  const drawn = places.flatMap((place) =>
    place.geometry === null ? [] : [{ place, geometry: place.geometry }],
  )
  const projection = fitted(
    drawn.map(({ geometry }) => geometry),
    SIZE,
  )
  if (projection === undefined) return <p class="empty">{words.text('mapEmpty')}</p>
  // The worst lies over the others, and points over outlines.
  const upwards = drawn
    .toReversed()
    .sort((a, b) => Number(a.geometry.type === 'Point') - Number(b.geometry.type === 'Point'))
  return (
    <svg class="risk-map" viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} data-testid="risk-map">
      <title>{words.text('mapTitle')}</title>
      {upwards.map(({ place, geometry }) => (
        <Mark
          key={place.key}
          place={place}
          at={markAt(geometry, projection)}
          outline={pathOf(geometry, projection)}
          isChosen={place.key === chosen}
          isNamed={drawn.length <= MOST_NAMES}
          onChoose={() => onChoose(place.key)}
        />
      ))}
      <ScaleBar projection={projection} />
    </svg>
  )
}

interface MarkProps {
  place: MapPlace
  at: [number, number]
  /** Empty for a point. */
  outline: string
  isChosen: boolean
  isNamed: boolean
  onChoose: () => void
}

function Mark({ place, at: [x, y], outline, isChosen, isNamed, onChoose }: MarkProps) {
  const words = useRegisterWords()
  const { colour, name } = place
  return (
    <a
      class={isChosen ? 'map-mark chosen' : 'map-mark'}
      href={formatRoute({ page: 'hazards', query: { ...listOf(place), status: 'open' } })}
      aria-label={`${name}: ${words.of(COLOUR_TEXTS[colour])}`}
      aria-current={isChosen}
      data-testid={`map-${place.area ?? place.facility ?? place.region ?? ''}`}
      onClick={(event) => {
        event.preventDefault()
        onChoose()
      }}
    >
      {outline !== '' && <path class={`outline outline-${colour}`} d={outline} />}
      <g transform={`translate(${x} ${y})`}>
        <g class="map-sign">
          <circle class="map-ring" r={MARK * 0.8} />
          <g class={`risk-mark risk-${colour}`} transform={`translate(${-MARK / 2} ${-MARK / 2})`}>
            <path d={RISK_SHAPES[colour]} />
            <text x="16" y={LETTER_Y[colour]} text-anchor="middle" font-size="16" font-weight="700">
              {words.of(COLOUR_LETTERS[colour])}
            </text>
          </g>
          {isNamed && (
            <text class="map-name" y={MARK + 12} text-anchor="middle">
              {name}
            </text>
          )}
        </g>
      </g>
    </a>
  )
}

function ScaleBar({ projection }: { projection: Projection }) {
  const words = useRegisterWords()
  const { metres, length } = scaleBar(projection, BAR)
  const text =
    metres >= 1_000 ? words.text('kilometres', { n: metres / 1_000 }) : words.text('metres', { n: metres })
  return (
    <g class="scale-bar" transform={`translate(16 ${SIZE.height - 16})`}>
      <path d={`M0 -6V0H${length}V-6`} />
      <text x={length / 2} y="-8" text-anchor="middle">
        {text}
      </text>
      <text x={length + 24} y="0">
        N ↑
      </text>
    </g>
  )
}
