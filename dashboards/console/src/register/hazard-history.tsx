import type { StepView } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_STATUSES } from '../../../../contracts/register/words.ts'
import { STATUS_TEXTS } from '../texts/register.ts'
import { dayTime } from './deadline.ts'
import { detailTexts } from './history-text.ts'
import type { RegisterWords } from './register-words.ts'
import { useRegisterWords } from './use-register-words.ts'

/** Everything that was done, the latest first. */
export function HazardHistory({ history }: { history: readonly StepView[] }) {
  const words = useRegisterWords()
  return (
    <section class="panel" data-testid="hazard-history">
      <h2>{words.text('history')}</h2>
      <ol class="history">
        {history.toReversed().map((step) => (
          <li key={step.id}>
            <p>
              <b>{words.event(step.event)}</b>
              {step.to !== null && step.to !== step.from && (
                <span class="muted"> → {statusText(step.to, words)}</span>
              )}
            </p>
            <p class="muted">
              {dayTime(step.time)} · {step.by} ·{' '}
              {step.journalled ? (
                <span>✓ {words.text('journalled')}</span>
              ) : (
                <b>◷ {words.text('notJournalledYet')}</b>
              )}
            </p>
            {detailTexts(step.detail, words).map((text) => (
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

function statusText(status: string, words: RegisterWords): string {
  const known = HAZARD_STATUSES.find((candidate) => candidate === status)
  return known === undefined ? status : words.of(STATUS_TEXTS[known])
}
