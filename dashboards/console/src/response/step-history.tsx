import type { StepView } from '../../../../contracts/register/hazard-api.ts'
import { dayTime } from '../register/deadline.ts'
import { useRegisterWords } from '../register/use-register-words.ts'
import { HISTORY_STATE_TEXTS } from '../texts/response.ts'
import { stepTexts } from './step-text.ts'
import { useResponseWords } from './use-response-words.ts'

/** Everything that was done, the latest first. */
export function StepHistory({ history }: { history: readonly StepView[] }) {
  const register = useRegisterWords()
  const words = useResponseWords()
  return (
    <section class="panel" data-testid="history">
      <h2>{register.text('history')}</h2>
      <ol class="history">
        {history.toReversed().map((step) => (
          <li key={step.id}>
            <p>
              <b>{words.event(step.event)}</b>
              {step.to !== null && step.to !== step.from && (
                <span class="muted"> → {words.known(HISTORY_STATE_TEXTS, step.to)}</span>
              )}
            </p>
            <p class="muted">
              {dayTime(step.time)} · {step.by} ·{' '}
              {step.journalled ? (
                <span>✓ {register.text('journalled')}</span>
              ) : (
                <b>◷ {register.text('notJournalledYet')}</b>
              )}
            </p>
            {stepTexts(step, words).map((text) => (
              <p key={text} class="said">
                {text}
              </p>
            ))}
          </li>
        ))}
      </ol>
    </section>
  )
}
