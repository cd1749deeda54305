import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'

/** What went wrong and what to do about it, with the code that support will ask for. */
export function ProblemNote({ failure }: { failure: Failure }) {
  const { words } = useConsole()
  return failure.kind === 'problem' ? (
    <div class="problem" role="alert" data-testid="problem">
      <p>
        <code>{failure.problem.code}</code> {failure.problem.detail}
      </p>
      <p>
        <strong>{words.text('whatToDo')}</strong> {failure.problem.remedy}
      </p>
    </div>
  ) : (
    <div class="problem" role="alert" data-testid="problem">
      <p>{words.text('unreachable', { detail: failure.detail })}</p>
      <p>
        <strong>{words.text('whatToDo')}</strong> {words.text('unreachableRemedy')}
      </p>
    </div>
  )
}
