import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { ANSWER_REFUSALS } from '../texts.ts'
import { ProblemNote } from './problem-note.tsx'

/** Why a link came to nothing, in plain words; what nobody foresaw as the server says it. */
export function AnswerRefusal({ failure }: { failure: Failure }) {
  const { words } = useConsole()
  const code = failure.kind === 'problem' ? failure.problem.code : ''
  const text = Object.hasOwn(ANSWER_REFUSALS, code) ? ANSWER_REFUSALS[code] : undefined
  if (text === undefined) return <ProblemNote failure={failure} />
  return (
    <div class="problem" role="alert" data-testid="answer-refusal">
      <p>{words.of(text)}</p>
      <p class="muted">
        <code>{code}</code>
      </p>
    </div>
  )
}
