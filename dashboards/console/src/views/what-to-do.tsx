import type { AlarmDetail } from '../../../../contracts/alarm-detail-api.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import type { Rationalization } from '../../../../contracts/rationalization-schema.ts'
import { useConsole } from '../console-context.ts'
import { responseTime } from '../response-time.ts'
import type { Failure } from '../state.ts'
import type { TextKey } from '../texts.ts'
import { ageText, countdownText, spanText } from '../time-text.ts'
import { ProblemNote } from './problem-note.tsx'

interface WhatToDoProps {
  alarm: AlarmView
  /** Undefined until there is an answer. */
  detail: AlarmDetail | undefined
  failure: Failure | undefined
}

/** What the plant laid down for this alarm, the action before everything else. */
export function WhatToDo({ alarm, detail, failure }: WhatToDoProps) {
  const { words } = useConsole()
  const said = detail?.rationalization ?? undefined
  const action = said?.action ?? ''
  return (
    <section class="panel what-to-do" data-testid="what-to-do">
      <h2>{words.text(alarm.live === 'NORM' ? 'whatToDoIf' : 'whatToDoNow')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {detail === undefined ? (
        failure === undefined && <p class="muted">{words.text('loading')}</p>
      ) : action === '' ? (
        <p class="muted">{words.text('noRationalization')}</p>
      ) : (
        <p class="first-action">{action}</p>
      )}
      {said !== undefined && <Response alarm={alarm} said={said} />}
      {said !== undefined && <Reasons said={said} />}
    </section>
  )
}

/** The clock runs since it was raised; once it is over, shape and word say so. */
function Response({ alarm, said }: { alarm: AlarmView; said: Rationalization }) {
  const { state, words } = useConsole()
  const time = responseTime(alarm, said.respondWithin, state.now)
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

function Reasons({ said }: { said: Rationalization }) {
  const { words } = useConsole()
  const { consequence, causes = [], confirmation } = said
  return (
    <>
      <dl class="facts reasons">
        <Reason name="consequence" text={consequence} />
        {causes.length > 0 && (
          <div>
            <dt>{words.text('causes')}</dt>
            <dd>
              <ul class="causes">
                {causes.map((cause) => (
                  <li key={cause}>{cause}</li>
                ))}
              </ul>
            </dd>
          </div>
        )}
        <Reason name="confirmation" text={confirmation} />
      </dl>
      <Provenance said={said} />
    </>
  )
}

/** Who stands behind it, for whoever doubts it. */
function Provenance({ said }: { said: Rationalization }) {
  const { words } = useConsole()
  const { basis, references, owner, status, approvedBy, approvedAt } = said
  const approval = [approvedBy, approvedAt].filter((part) => part !== undefined).join(' · ')
  return (
    <details class="revisions">
      <summary>{words.text('provenance')}</summary>
      <dl class="facts">
        <Reason name="basis" text={basis} />
        <Reason name="references" text={references?.join(', ')} />
        <Reason name="owner" text={owner} />
        <Reason
          name="approval"
          text={status === 'approved' ? approval || words.text('approved') : words.text('candidate')}
        />
      </dl>
    </details>
  )
}

function Reason({ name, text }: { name: TextKey; text: string | undefined }) {
  const { words } = useConsole()
  if (text === undefined || text === '') return null
  return (
    <div>
      <dt>{words.text(name)}</dt>
      <dd>{text}</dd>
    </div>
  )
}
