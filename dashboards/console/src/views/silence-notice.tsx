import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { ProblemNote } from './problem-note.tsx'

/** This console is quiet, and the server does not know it: said where the horn was silenced. */
export function SilenceNotice({ failure, onClose }: { failure: Failure; onClose: () => void }) {
  const { words } = useConsole()
  return (
    <div class="silence-notice" data-testid="silence-notice">
      <p>{words.text('silenceFailed')}</p>
      <ProblemNote failure={failure} />
      <button type="button" class="button" onClick={onClose}>
        {words.text('close')}
      </button>
    </div>
  )
}
