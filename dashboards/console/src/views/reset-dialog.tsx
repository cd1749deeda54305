import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { ProblemNote } from './problem-note.tsx'

interface ResetDialogProps {
  /** As it was when the operator opened the dialog: this occurrence is reset, no later one. */
  alarm: AlarmView
  onClose: () => void
}

type Progress = { kind: 'asking' } | { kind: 'sending' } | { kind: 'failed'; failure: Failure }

/** Asks once more before a latch is released. */
export function ResetDialog({ alarm, onClose }: ResetDialogProps) {
  const { state, api, words } = useConsole()
  const [progress, setProgress] = useState<Progress>({ kind: 'asking' })

  const canSend = progress.kind !== 'sending' && state.link === 'live'

  const send = async () => {
    if (!canSend) return
    setProgress({ kind: 'sending' })
    const answer = await api.reset(alarm)
    if (answer.ok) onClose()
    else setProgress({ kind: 'failed', failure: answer.failure })
  }

  return (
    <DialogFrame name="reset" title={words.text('resetTitle')} onSubmit={send} onClose={onClose}>
      <AlarmSubjects alarms={[alarm]} />
      <p class="dialog-hint">{words.text('resetHint')}</p>
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.text('cancel')}
        </button>
        <button type="submit" class="button primary" data-testid="reset-submit" disabled={!canSend}>
          {words.text(progress.kind === 'sending' ? 'sending' : 'reset')}
        </button>
      </div>
    </DialogFrame>
  )
}
