import type { AlarmAction } from '../../../../contracts/alarm.ts'
import type { ClassView } from '../../../../contracts/alarm-detail-api.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { offersFor } from '../action-offers.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
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
  const { actions, forbidden } = offersFor(alarm, of)
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
      {forbidden.map(({ text, values }) => (
        <p key={text} class="forbidden">
          ⊘ {words.text(text, values)}
        </p>
      ))}
    </div>
  )
}
