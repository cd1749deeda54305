import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'

/** Where to go on from the link of a message. */
export function AnswerLinks({ alarm }: { alarm?: AlarmView }) {
  const { words } = useConsole()
  return (
    <p class="answer-links">
      {alarm !== undefined && (
        <a
          class="button big"
          href={formatRoute({ page: 'alarm', facility: alarm.facility, alarm: alarm.id })}
          data-testid="answer-to-alarm"
        >
          {words.text('toTheAlarm')}
        </a>
      )}
      <a class="button big" href={formatRoute({ page: 'alarms' })} data-testid="answer-to-alarms">
        {words.text('toTheAlarms')}
      </a>
    </p>
  )
}
