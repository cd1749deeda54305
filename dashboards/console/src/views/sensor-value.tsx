import type { SensorView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { decisionOf, valueText } from '../decision.ts'
import { readingText, styleOf } from '../number-text.ts'
import { type Belief, isInhibited, knownInhibit } from '../sensor-condition.ts'
import { shortTime } from '../time-text.ts'

interface SensorValueProps {
  sensor: SensorView
  belief: Belief
  testId?: string
}

/** A big number only when it is live; else a word in its place that nobody takes for one. */
export function SensorValue({ sensor, belief, testId }: SensorValueProps) {
  const { words } = useConsole()
  const style = styleOf(sensor)
  switch (belief.kind) {
    case 'good':
    case 'uncertain': {
      const decision = decisionOf(sensor, belief.value)
      return (
        <span class="sensor-reading">
          {decision === undefined ? (
            <>
              <span class="number" data-testid={testId}>
                {readingText(belief.value, style)}
              </span>
              <span class="unit">{style.unit}</span>
            </>
          ) : (
            <b class="decision" data-testid={testId}>
              {words.text(decision)}
            </b>
          )}
          {belief.kind === 'uncertain' && <b class="uncertain-mark">?</b>}
        </span>
      )
    }
    case 'bad':
      return (
        <span class="sensor-reading">
          {isInhibited(belief) ? (
            <b class="inhibit-mark" data-testid={testId}>
              ⊘ {words.text('inhibited')}
            </b>
          ) : (
            <b class="bad-mark" data-testid={testId}>
              ✕ {words.text('bad')}
            </b>
          )}
        </span>
      )
    case 'stale':
      return (
        <span class="sensor-reading">
          <b class="bad-mark" data-testid={testId}>
            ◷ {words.text('stale')}
          </b>
        </span>
      )
    case 'none':
      return (
        <span class="sensor-reading">
          <span class="number" data-testid={testId}>
            – –
          </span>
          <span class="unit">{style.unit}</span>
        </span>
      )
  }
}

/** Why the value is not to be believed as it stands, and in small print what was last known. */
export function BeliefNote({ sensor, belief }: { sensor: SensorView; belief: Belief }) {
  const { state, words } = useConsole()
  const inhibit = knownInhibit(sensor, belief, state.now)
  const parts: string[] = []
  switch (belief.kind) {
    case 'good':
      break
    case 'uncertain':
      parts.push(belief.reason === null ? words.text('uncertain') : words.reason(belief.reason))
      break
    case 'bad':
      if (inhibit !== undefined) {
        const until = shortTime(inhibit.until, state.heardTime)
        parts.push(words.text('inhibitedUntil', { owner: inhibit.owner, until }))
      } else if (belief.reason !== null && !isInhibited(belief)) parts.push(words.reason(belief.reason))
      if (belief.value !== null)
        parts.push(words.text('reads', { value: valueText(sensor, belief.value, words) }))
      break
    case 'stale':
      parts.push(belief.gateway ? words.text('gatewaySilent') : words.reason(belief.reason ?? 'stale'))
      if (belief.value !== null)
        parts.push(words.text('lastValue', { value: valueText(sensor, belief.value, words) }))
      break
    case 'none':
      parts.push(words.text('noReading'))
  }
  if (state.link !== 'live') parts.unshift(words.text('lastKnown'))
  return (
    <span class="belief-note">
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </span>
  )
}
