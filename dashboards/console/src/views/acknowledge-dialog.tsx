import { useEffect, useRef, useState } from 'preact/hooks'
import type { ActionResult, AlarmView } from '../../../../contracts/api.ts'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import type { Failure } from '../state.ts'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { MeanwhileNote } from './meanwhile-note.tsx'
import { PersonField } from './person-field.tsx'
import { ProblemNote } from './problem-note.tsx'

interface AcknowledgeDialogProps {
  /** As they were when the operator opened the dialog: these occurrences are acknowledged, no later ones. */
  alarms: readonly AlarmView[]
  onClose: () => void
}

type Progress =
  | { kind: 'asking' }
  | { kind: 'sending' }
  | { kind: 'failed'; failure: Failure }
  | { kind: 'answered'; results: readonly ActionResult[] }

/** Asks for a comment, acknowledges, and shows what the server said of each alarm. */
export function AcknowledgeDialog({ alarms, onClose }: AcknowledgeDialogProps) {
  const { state, api, words } = useConsole()
  const [progress, setProgress] = useState<Progress>({ kind: 'asking' })
  const person = usePerson()
  const comment = useRef<HTMLTextAreaElement>(null)
  // After the frame has shown itself: effects of children run first.
  useEffect(() => comment.current?.focus(), [])
  const [single] = alarms.length === 1 ? alarms : []
  const title =
    single === undefined
      ? words.text('acknowledgeManyTitle', { count: alarms.length })
      : words.text('acknowledgeTitle')

  const canSend = progress.kind !== 'sending' && state.link === 'live'

  const send = async () => {
    if (!canSend) return
    setProgress({ kind: 'sending' })
    const text = comment.current?.value.trim() ?? ''
    const said = { ...(text === '' ? {} : { comment: text }), ...person.named() }
    if (single !== undefined) {
      const body = { occurrence: single.occurrence ?? '', ...said }
      const answer = await api.act(single, 'acknowledge', body)
      if (answer.ok) onClose()
      else setProgress({ kind: 'failed', failure: answer.failure })
    } else setProgress(progressOf(await api.actOnMany(alarms, 'acknowledge', said)))
  }

  return (
    <DialogFrame name="ack" title={title} onSubmit={send} onClose={onClose}>
      {progress.kind === 'answered' ? (
        <Results results={progress.results} />
      ) : (
        <>
          <AlarmSubjects alarms={alarms} />
          <MeanwhileNote alarms={alarms} />
          <label for="ack-comment">{words.text('comment')}</label>
          <textarea
            id="ack-comment"
            ref={comment}
            rows={3}
            maxLength={1000}
            placeholder={words.text('commentHint')}
            data-testid="ack-comment"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
            }}
          />
          <PersonField name="ack" person={person} />
          {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
        </>
      )}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.text(progress.kind === 'answered' ? 'close' : 'cancel')}
        </button>
        {progress.kind !== 'answered' && (
          <button type="submit" class="button primary" data-testid="ack-submit" disabled={!canSend}>
            {words.text(progress.kind === 'sending' ? 'sending' : 'acknowledge')}
          </button>
        )}
      </div>
    </DialogFrame>
  )
}

function progressOf(answer: Answer<{ items: ActionResult[] }>): Progress {
  return answer.ok
    ? { kind: 'answered', results: answer.value.items }
    : { kind: 'failed', failure: answer.failure }
}

/** Item by item: one refusal does not hide that the others went through. */
function Results({ results }: { results: readonly ActionResult[] }) {
  const { words } = useConsole()
  const ok = results.filter((result) => result.ok).length
  return (
    <div role="status" data-testid="ack-results">
      <p>{words.text('resultSummary', { ok, refused: results.length - ok })}</p>
      <ul class="subjects">
        {results.map((result) => (
          <li key={`${result.facility}/${result.alarm}`}>
            <span class={result.ok ? 'result' : 'result refused'}>
              {result.ok ? '✓' : '✕'} {words.text(result.ok ? 'resultOk' : 'resultRefused')}
            </span>
            <span>
              <strong>{result.alarm}</strong>
              {result.problem !== null && (
                <>
                  <span class="subject-message">{result.problem.detail}</span>
                  <span class="subject-message">{result.problem.remedy}</span>
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
