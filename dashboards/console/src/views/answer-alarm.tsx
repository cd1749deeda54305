import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { AnswerView } from '../../../../contracts/notify/api.ts'
import { beganAt } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { PRIORITY_TEXTS, STATE_TEXTS } from '../texts.ts'
import { ageOf, ageText, shortTime } from '../time-text.ts'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { PriorityMark } from './priority-mark.tsx'

/** The alarm of a message, as much as somebody needs who was asleep a minute ago. */
export function AnswerAlarm({ view, alarm }: { view: AnswerView; alarm: AlarmView }) {
  const { state, words } = useConsole()
  const isWaiting = isUnacknowledged(alarm.live)
  const began = beganAt(alarm)
  const area = state.tree?.areas.find(({ id }) => id === alarm.area)?.name ?? alarm.area
  return (
    <>
      <section
        class={isWaiting ? `panel answer-alarm edge-${alarm.priority} waiting` : 'panel answer-alarm'}
        data-testid="answer-alarm"
      >
        <p class="muted">{words.text('answerTitle', { facility: view.facilityName })}</p>
        <h1>
          <PriorityMark priority={alarm.priority} blinking={isWaiting} outline={!isWaiting} size={36} />
          {alarm.id}
          <span class="alarm-priority">{words.of(PRIORITY_TEXTS[alarm.priority])}</span>
        </h1>
        <p class="banner-message">{alarm.message}</p>
        <dl class="facts">
          <div>
            <dt>{words.text('sensor')}</dt>
            <dd>
              {alarm.sensorName} · {area}
            </dd>
          </div>
          <div>
            <dt>{words.text('valueLimit')}</dt>
            <dd class="answer-value">
              <AlarmNumbers alarm={alarm} />
            </dd>
          </div>
          <div>
            <dt>{words.text('since')}</dt>
            <dd>
              {shortTime(began, state.heardTime)}
              {state.generation > 0 && ` · ${ageText(ageOf(began, state.now), words)}`}
            </dd>
          </div>
          <div>
            <dt>{words.text('state')}</dt>
            <dd>
              <span class={isWaiting ? 'unack' : ''}>{words.of(STATE_TEXTS[alarm.state])}</span>
              {alarm.lifeSafety && <b> ✚ {words.text('lifeSafety')}</b>}
            </dd>
          </div>
        </dl>
      </section>
      <section class="panel what-to-do" data-testid="answer-action">
        <h2>{words.text('whatToDoNow')}</h2>
        {view.action === undefined || view.action === '' ? (
          <p class="muted">{words.text('noRationalization')}</p>
        ) : (
          <p class="first-action">{view.action}</p>
        )}
        {view.consequence !== undefined && view.consequence !== '' && (
          <p class="answer-consequence">
            <span class="muted">{words.text('consequence')}:</span> {view.consequence}
          </p>
        )}
      </section>
    </>
  )
}
