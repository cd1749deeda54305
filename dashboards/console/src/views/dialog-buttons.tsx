import { useConsole } from '../console-context.ts'
import type { Sending } from '../sending.ts'
import { ProblemNote } from './problem-note.tsx'

interface DialogButtonsProps {
  sending: Sending
  /** Stem of the test id. */
  name: string
  /** What the button that acts says. */
  label: string
  onClose: () => void
}

/** What the server refused, and the two ways out of a dialog. */
export function DialogButtons({ sending: { progress, canSend }, name, label, onClose }: DialogButtonsProps) {
  const { words } = useConsole()
  return (
    <>
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.text('cancel')}
        </button>
        <button type="submit" class="button primary" data-testid={`${name}-submit`} disabled={!canSend}>
          {progress.kind === 'sending' ? words.text('sending') : label}
        </button>
      </div>
    </>
  )
}
