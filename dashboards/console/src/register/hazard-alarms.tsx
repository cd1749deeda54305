import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { formatRoute } from '../route.ts'
import { dayTime } from './deadline.ts'
import { useRegisterWords } from './use-register-words.ts'

/** The alarm that it came of, and how often that occurred. */
export function HazardAlarms({ hazard }: { hazard: HazardDetail }) {
  const words = useRegisterWords()
  const { alarm, alarms, facility, occurrences } = hazard
  if (alarm === null && alarms.length === 0) return null
  return (
    <section class="panel" data-testid="hazard-alarms">
      <h2>{words.text('occurrences')}</h2>
      {alarm !== null && (
        <p>
          <a href={formatRoute({ page: 'alarm', facility, alarm })} data-testid="hazard-alarm">
            {words.text('toAlarm', { alarm })} ›
          </a>
        </p>
      )}
      <ul class="occurrences">
        {alarms.map((entry) => (
          <li key={entry.occurrence}>
            <span class="nowrap">{dayTime(entry.time)}</span>{' '}
            <a href={formatRoute({ page: 'alarm', facility, alarm: entry.alarm })}>{entry.alarm}</a>
          </li>
        ))}
      </ul>
      {occurrences > alarms.length && (
        <p class="muted">{words.text('occurrenceCount', { count: occurrences })}</p>
      )}
    </section>
  )
}
