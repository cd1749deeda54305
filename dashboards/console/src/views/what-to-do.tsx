import type { AlarmView } from '../../../../contracts/api.ts'
import type { AlarmDetail, RationalizationView } from '../alarm-contract.ts'
import { useConsole } from '../console-context.ts'
import { responseTime } from '../response-time.ts'
import { ageText, countdownText, spanText } from '../time-text.ts'

interface WhatToDoProps {
  alarm: AlarmView
  /** Undefined where the server does not tell. */
  detail: AlarmDetail | undefined
}

/** What the plant laid down for this alarm, the action before everything else. */
export function WhatToDo({ alarm, detail }: WhatToDoProps) {
  const { words } = useConsole()
  const said = detail?.rationalization ?? undefined
  const action = said?.action ?? ''
  return (
    <section class="panel what-to-do" data-testid="what-to-do">
      <h2>{words.text(alarm.live === 'NORM' ? 'whatToDoIf' : 'whatToDoNow')}</h2>
      {action === '' ? (
        <p class="muted">{words.text(detail === undefined ? 'noDetail' : 'noRationalization')}</p>
      ) : (
        <p class="first-action">{action}</p>
      )}
      {said !== undefined && <Response alarm={alarm} said={said} />}
      {said !== undefined && <Reasons said={said} />}
    </section>
  )
}

/** The clock runs since it was raised; once it is over, shape and word say so. */
function Response({ alarm, said }: { alarm: AlarmView; said: RationalizationView }) {
  const { state, words } = useConsole()
  const time = responseTime(alarm, said.timeToRespond, state.now)
  if (time === undefined) return null
  const { allowedMs, leftMs } = time
  const isOver = leftMs !== undefined && leftMs < 0
  return (
    <p class={isOver ? 'response over' : 'response'} data-testid="response-time">
      <span>
        {words.text('timeToRespond')}: {words.text('respondWithin', { span: spanText(allowedMs, words) })}
      </span>
      {leftMs !== undefined && (
        <b>
          {isOver
            ? `⚠ ${words.text('respondOver', { span: ageText(-leftMs, words) })}`
            : `◷ ${words.text('respondLeft', { span: countdownText(deadline(state.now, leftMs), state.now, words) })}`}
        </b>
      )}
    </p>
  )
}

function deadline(nowMs: number, leftMs: number): string {
  return new Date(nowMs + leftMs).toISOString()
}

function Reasons({ said: { consequence, causes, confirmation } }: { said: RationalizationView }) {
  const { words } = useConsole()
  const list = typeof causes === 'string' ? [causes] : (causes ?? [])
  return (
    <dl class="facts reasons">
      {consequence != null && consequence !== '' && (
        <div>
          <dt>{words.text('consequence')}</dt>
          <dd>{consequence}</dd>
        </div>
      )}
      {list.length > 0 && (
        <div>
          <dt>{words.text('causes')}</dt>
          <dd>
            <ul class="causes">
              {list.map((cause) => (
                <li key={cause}>{cause}</li>
              ))}
            </ul>
          </dd>
        </div>
      )}
      {confirmation != null && confirmation !== '' && (
        <div>
          <dt>{words.text('confirmation')}</dt>
          <dd>{confirmation}</dd>
        </div>
      )}
    </dl>
  )
}
