import type { MapColour } from '../../../../contracts/register/map-api.ts'
import type { RiskColour } from '../../../../contracts/register/words.ts'
import { COLOUR_LETTERS, COLOUR_TEXTS } from '../texts/register.ts'
import { useRegisterWords } from './use-register-words.ts'

/** One shape for each colour, all others than those of alarm priorities. Key: colour. */
export const RISK_SHAPES: Readonly<Record<MapColour, string>> = {
  red: 'M10 1.5h12L30.5 10v12L22 30.5H10L1.5 22V10z',
  orange: 'M16 1.5 31 13 25 30H7L1 13z',
  yellow: 'M1.5 4h29L16 30.5z',
  blue: 'M8 5h16a7 7 0 0 1 7 7v8a7 7 0 0 1-7 7H8a7 7 0 0 1-7-7v-8a7 7 0 0 1 7-7z',
  grey: 'M2 8h28v16H2z',
}
/** Where the letter stands in its shape. */
export const LETTER_Y: Readonly<Record<MapColour, number>> = {
  red: 22,
  orange: 22.5,
  yellow: 18.5,
  blue: 22,
  grey: 21.5,
}

interface RiskMarkProps {
  colour: MapColour
  /** Of what is closed: no colour is left. */
  outline?: boolean
  size?: number
}

/** The colour of a risk by shape, letter and colour. */
export function RiskMark({ colour, outline = false, size = 22 }: RiskMarkProps) {
  const words = useRegisterWords()
  const name = words.of(COLOUR_TEXTS[colour])
  return (
    <svg
      class={outline ? `risk-mark risk-${colour} outline` : `risk-mark risk-${colour}`}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      role="img"
      aria-label={name}
    >
      <title>{name}</title>
      <path d={RISK_SHAPES[colour]} />
      <text x="16" y={LETTER_Y[colour]} text-anchor="middle" font-size="16" font-weight="700">
        {words.of(COLOUR_LETTERS[colour])}
      </text>
    </svg>
  )
}

/** With its word beside it; what is not assessed yet says so. */
export function RiskNote({ colour, outline = false }: { colour: RiskColour | undefined; outline?: boolean }) {
  const words = useRegisterWords()
  if (colour === undefined) return <span class="muted">{words.text('notAssessed')}</span>
  return (
    <span class="risk-note">
      <RiskMark colour={colour} outline={outline} /> {words.of(COLOUR_TEXTS[colour])}
    </span>
  )
}
