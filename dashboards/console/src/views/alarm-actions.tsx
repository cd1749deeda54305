import type { AlarmAction } from '../../../../contracts/alarm.ts'
import type { ClassView } from '../../../../contracts/alarm-detail-api.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { offersFor } from '../action-offers.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier, useRefusal } from '../session.ts'
import { ACTION_TEXTS } from '../texts.ts'

interface AlarmActionsProps {
  alarm: AlarmView
  of: ClassView | undefined
  /** Stem of the test ids. */
  name: string
  /** Called as well, before the action's own dialog opens. */
  onChoose?: () => void
}

/** Everything that can be done to an alarm, and what its class forbids. */
export function AlarmActions({ alarm, of, name, onChoose }: AlarmActionsProps) {
  const { words, commands } = useConsole()
  const barrier = useBarrier()
  const refusal = useRefusal()
  const { actions, forbidden } = offersFor(alarm, of)
  // A finger cannot hover over a button to read its title.
  const [barred] = actions.flatMap((action) => refusal(action) ?? [])
  const choose = (action: AlarmAction) => {
    onChoose?.()
    if (action === 'silence') commands.silence([alarm])
    else commands.ask(action, [alarm])
  }
  return (
    <div class="alarm-actions">
      <div class="action-buttons">
        {actions.map((action) => (
          <button
            key={action}
            type="button"
            class={action === 'acknowledge' || action === 'reset' ? 'button primary' : 'button'}
            data-testid={`${name}-${action}`}
            {...barrier(action)}
            onClick={() => choose(action)}
          >
            {words.of(ACTION_TEXTS[action])}
          </button>
        ))}
      </div>
      {barred !== undefined && (
        <p class="forbidden" data-testid={`${name}-barred`}>
          ⊘ {words.text('actionsBarred', { reason: barred })}
        </p>
      )}
      {forbidden.map(({ text, values }) => (
        <p key={text} class="forbidden">
          ⊘ {words.text(text, values)}
        </p>
      ))}
    </div>
  )
}
