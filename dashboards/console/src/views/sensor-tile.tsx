import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import type { SensorCondition } from '../sensor-condition.ts'
import { ageOf, shortAge } from '../time-text.ts'
import { AsideMarks } from './aside-marks.tsx'
import { DerivedMark } from './derived-mark.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { RangeBar } from './range-bar.tsx'
import { BeliefNote, SensorValue } from './sensor-value.tsx'

/**
 * Sensors report by exception: a steady one is sampled all the time and reports only now and then. An age
 * below this would say nothing but alarm people.
 */
const AGE_SHOWN_MS = 60_000

/** A sensor at a glance: grey when all is well, and what is not by edge, shape and word. */
export function SensorTile({ condition }: { condition: SensorCondition }) {
  const { state, words } = useConsole()
  const { sensor, belief, alarms, aside } = condition
  const [alarm] = alarms
  const isWaiting = alarm !== undefined && isUnacknowledged(alarm.state)
  const classes = ['tile', `tile-${belief.kind}`, alarm && `edge-${alarm.priority}`, isWaiting && 'waiting']
  return (
    <a
      class={classes.filter(Boolean).join(' ')}
      href={formatRoute({ page: 'sensor', sensor: sensor.id })}
      data-testid={`tile-${sensor.id}`}
      data-quality={belief.kind}
    >
      <span class="tile-head">
        <strong>{sensor.id}</strong>
        <DerivedMark sensor={sensor} />
        {belief.kind !== 'none' && ageOf(belief.time, state.now) >= AGE_SHOWN_MS && (
          <span class="age">{shortAge(ageOf(belief.time, state.now), words)}</span>
        )}
        {alarm !== undefined && (
          <PriorityMark priority={alarm.priority} blinking={isWaiting} outline={!isWaiting} size={22} />
        )}
      </span>
      <span class="tile-name">{sensor.name}</span>
      <SensorValue sensor={sensor} belief={belief} testId={`tile-value-${sensor.id}`} />
      <AsideMarks aside={aside} />
      <span class="tile-foot">
        {belief.kind === 'good' && state.link === 'live' ? (
          <RangeBar sensor={sensor} value={belief.value} />
        ) : (
          <BeliefNote sensor={sensor} belief={belief} />
        )}
      </span>
    </a>
  )
}
