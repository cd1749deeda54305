import type { PathView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { latencyText } from '../notice-text.ts'
import { countText } from '../number-text.ts'
import { LEG_TEXTS } from '../texts.ts'
import { shortTime, spanText } from '../time-text.ts'
import { Listing } from './listing.tsx'

/** How long an alarm takes from the reading to the person, and whether the watchdog sees it go all the way. */
export function AlarmPath({ path }: { path: PathView }) {
  const { words } = useConsole()
  return (
    <section class="panel" data-testid="alarm-path">
      <h2>{words.text('alarmPath')}</h2>
      <Watchdog watchdog={path.watchdog} />
      <Listing
        columns={[words.text('leg'), words.text('count'), 'p50', 'p95', words.text('longestLeg')]}
        rows={path.legs.map(({ leg, count, p50, p95, max }) => ({
          key: leg,
          cells: [
            words.of(LEG_TEXTS[leg]),
            countText(count),
            latencyText(p50, words),
            latencyText(p95, words),
            latencyText(max, words),
          ],
        }))}
      />
      <p class="hint">{words.text('alarmPathHint')}</p>
    </section>
  )
}

function Watchdog({ watchdog }: Pick<PathView, 'watchdog'>) {
  const { state, words } = useConsole()
  if (watchdog === null) return <p class="muted">{words.text('watchdogNone')}</p>
  const { sensor, every, last, isLate } = watchdog
  const values = {
    sensor,
    span: spanText(every, words),
    time: last === null ? words.text('never') : shortTime(last, state.heardTime),
  }
  return isLate ? (
    <p class="hole" role="alert" data-testid="watchdog">
      ⚠ {words.text('watchdogLate', values)}
    </p>
  ) : (
    <p data-testid="watchdog">
      {last === null ? '○' : '✓'} {words.text('watchdog')}:{' '}
      {words.text(last === null ? 'watchdogWaits' : 'watchdogWell', values)}
    </p>
  )
}
