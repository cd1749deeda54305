import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { decisionOf } from '../decision.ts'
import { limitText, looseNumber, readingText, styleOf, unitSign } from '../number-text.ts'
import { CONDITION_SIGNS } from './condition-sign.ts'

/** Value against limit, with as many decimals as the sensor's tile has; of a vote what it decided. */
export function AlarmNumbers({ alarm }: { alarm: AlarmView }) {
  const { state, words } = useConsole()
  if (alarm.value === null && alarm.limit === null) return null
  const sensor =
    alarm.facility === state.facility
      ? state.tree?.sensors.find((candidate) => candidate.id === alarm.sensor)
      : undefined
  const decision = sensor && alarm.value !== null ? decisionOf(sensor, alarm.value) : undefined
  if (decision !== undefined)
    return (
      <span class="numbers">
        <strong>{words.text(decision)}</strong>
      </span>
    )
  const style = sensor && styleOf(sensor)
  const write = (value: number) => (style === undefined ? looseNumber(value) : readingText(value, style))
  return (
    <span class="numbers">
      <span class="number">
        <strong>{alarm.value === null ? '–' : write(alarm.value)}</strong> {unitSign(alarm.unit)}
      </span>
      {alarm.limit !== null && (
        <span class="against">
          {CONDITION_SIGNS[alarm.when]} {limitText(alarm.limit)}
        </span>
      )}
    </span>
  )
}
