import { useState } from 'preact/hooks'
import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import type { HazardAction } from '../../../../contracts/register/words.ts'
import { useConsole } from '../console-context.ts'
import { HAZARD_ACTION_TEXTS } from '../texts/register.ts'
import type { Draft } from './action-body.ts'
import { offered } from './action-fields.ts'
import { ActionForm } from './action-form.tsx'
import { useRegisterWords } from './use-register-words.ts'

interface HazardActionsProps {
  hazard: HazardDetail
  /** Key: action. */
  drafts: Readonly<Record<string, Draft>>
  onDraft: (action: HazardAction, draft: Draft) => void
  onDone: (action: HazardAction) => void
  reload: () => Promise<void>
}

/** What who sits here may do now; what brings the hazard on comes first. */
export function HazardActions({ hazard, drafts, onDraft, onDone, reload }: HazardActionsProps) {
  const { state, session, words: common } = useConsole()
  const words = useRegisterWords()
  const [chosen, choose] = useState<HazardAction>()
  const { actions, leads } = offered(hazard)
  const isLocked = session.who?.locked === true
  return (
    <section class="panel hazard-acts" aria-label={words.text('whatNow')} data-testid="hazard-actions">
      <h2>{words.text('whatNow')}</h2>
      {actions.length === 0 && chosen === undefined ? (
        <p class="muted">{words.text('nothingNow')}</p>
      ) : (
        <div class="action-buttons">
          {actions.map((action, index) => (
            <button
              key={action}
              type="button"
              class={leads && index === 0 ? 'button primary' : 'button'}
              aria-pressed={action === chosen}
              data-testid={`act-${action}`}
              disabled={state.link !== 'live' || isLocked}
              title={isLocked ? common.text('lockedTitle') : undefined}
              onClick={() => choose(action === chosen ? undefined : action)}
            >
              {words.of(HAZARD_ACTION_TEXTS[action])}
            </button>
          ))}
        </div>
      )}
      {chosen !== undefined && (
        <ActionForm
          key={chosen}
          action={chosen}
          hazard={hazard}
          draft={drafts[chosen]}
          onDraft={(draft) => onDraft(chosen, draft)}
          onCancel={() => choose(undefined)}
          onDone={() => {
            choose(undefined)
            onDone(chosen)
          }}
          reload={reload}
        />
      )}
    </section>
  )
}
