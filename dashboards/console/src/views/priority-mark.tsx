import type { Priority } from '../../../../contracts/facility-schema.ts'
import { useConsole } from '../console-context.ts'
import { PRIORITY_LETTERS, PRIORITY_TEXTS } from '../texts.ts'

/** One shape for each priority, so that colour is never the only sign. Key: priority. */
const SHAPES: Readonly<Record<Priority, string>> = {
  critical: 'M3 3h26v26H3z',
  high: 'M16 1.5 31 29.5H1z',
  medium: 'M16 1 31 16 16 31 1 16z',
  low: 'M16 2a14 14 0 1 1 0 28 14 14 0 1 1 0-28z',
}
/** Where the letter stands in its shape. */
const LETTER_Y: Readonly<Record<Priority, number>> = { critical: 22.5, high: 25.5, medium: 21.5, low: 22 }

interface PriorityMarkProps {
  priority: Priority
  /** Unacknowledged: it blinks slowly, unless the operator's system asks for less motion. */
  blinking?: boolean
  /** An acknowledged or hidden alarm is drawn as an outline. */
  outline?: boolean
  size?: number
}

/** Priority by shape, letter and colour. */
export function PriorityMark({ priority, blinking, outline, size = 28 }: PriorityMarkProps) {
  const { words } = useConsole()
  const classes = ['mark', `mark-${priority}`, blinking && 'blinking', outline && 'outline'].filter(Boolean)
  const name = words.of(PRIORITY_TEXTS[priority])
  const letterSize = priority === 'high' ? 14 : 17
  return (
    <svg
      class={classes.join(' ')}
      width={size}
      height={size}
      viewBox="0 0 32 32"
      role="img"
      aria-label={name}
    >
      <title>{name}</title>
      <path class="mark-shape" d={SHAPES[priority]} />
      <text x="16" y={LETTER_Y[priority]} text-anchor="middle" font-size={letterSize} font-weight="700">
        {words.of(PRIORITY_LETTERS[priority])}
      </text>
    </svg>
  )
}
