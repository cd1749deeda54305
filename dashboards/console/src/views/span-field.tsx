import { parseDuration } from '../../../../contracts/duration.ts'
import { useConsole } from '../console-context.ts'
import type { Words } from '../language.ts'
import { spanText } from '../time-text.ts'

interface SpanFieldProps {
  /** Stem of the test ids. */
  name: string
  /** Durations, `return` or `open`. */
  spans: readonly string[]
  value: string
  onChoose: (span: string) => void
}

/** How long, by one tap or the arrow keys. */
export function SpanField({ name, spans, value, onChoose }: SpanFieldProps) {
  const { words } = useConsole()
  return (
    <fieldset class="span-field">
      <legend>{words.text('howLong')}</legend>
      <div class="span-choices">
        {spans.map((span) => (
          <label key={span} class={span === value ? 'span-choice chosen' : 'span-choice'}>
            <input
              type="radio"
              name={`${name}-span`}
              value={span}
              checked={span === value}
              data-testid={`${name}-span-${span}`}
              onChange={() => onChoose(span)}
            />
            {spanWords(span, words)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function spanWords(span: string, words: Words): string {
  if (span === 'return') return words.text('oneShot')
  if (span === 'open') return words.text('untilLifted')
  return spanText(parseDuration(span) ?? 0, words)
}
