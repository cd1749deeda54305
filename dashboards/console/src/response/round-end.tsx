import { useState } from 'preact/hooks'
import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import { useSending } from '../sending.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { FieldsForm } from './fields-form.tsx'
import type { RoundProgress } from './round-progress.ts'
import { useResponseWords } from './use-response-words.ts'
import type { RoundHere } from './use-round.ts'

interface RoundEndProps {
  round: RoundDetail
  here: RoundHere
  person: Person
  progress: RoundProgress
  /** Answers and pictures that the server does not have yet. */
  waits: number
}

/** How far the round has come, always in sight, and its end. */
export function RoundEnd({ round, here, person, progress, waits }: RoundEndProps) {
  const { api, words: common } = useConsole()
  const words = useResponseWords()
  const [isAbandoning, setAbandoning] = useState(false)
  const { progress: sending, canSend, send } = useSending(() => void here.reload())
  const { number, version, checklist, facility } = round
  const { total, answered, open, photoless, mayFinish } = progress
  const next = checklist.find(({ id }) => open.includes(id) || photoless.includes(id))
  const finish = () =>
    send(async () => {
      const path = `/api/v1/rounds/${number}/finish`
      const answer = await api.asking.post(path, { version, ...person.named() })
      // Refused or not, what is shown should be as it stands.
      if (!answer.ok) void here.reload()
      return answer
    })
  return (
    <>
      <section class="panel round-end" data-testid="round-end">
        <div class="round-count" aria-live="polite">
          <b>{words.text('answeredOf', { answered, total })}</b>
          {waits > 0 && (
            <span class="waits" data-testid="round-waits">
              ◷ {words.text('waitingCount', { count: waits })}
            </span>
          )}
        </div>
        {next !== undefined && waits === 0 ? (
          <button
            type="button"
            class="button big"
            data-testid="round-next"
            onClick={() => document.querySelector(`[data-testid="item-${next.id}"]`)?.scrollIntoView()}
          >
            {words.text(open.length > 0 ? 'nextItem' : 'nextPhoto')}
          </button>
        ) : (
          <button
            type="button"
            class="button primary big"
            data-testid="round-finish"
            disabled={!mayFinish || !canSend}
            onClick={() => void finish()}
          >
            {sending.kind === 'sending' ? common.text('sending') : words.text('finishRound')}
          </button>
        )}
        {sending.kind === 'failed' && <ProblemNote failure={sending.failure} />}
      </section>
      {isAbandoning ? (
        <section class="panel">
          <FieldsForm
            id="abandon"
            title={words.text('abandonRound')}
            submit={words.text('abandonRound')}
            note={words.text('abandonNote')}
            facility={facility}
            person={person}
            fields={[{ name: 'reason', label: words.text('reason'), input: 'text', isNeeded: true }]}
            send={(said) => api.asking.post(`/api/v1/rounds/${number}/abandon`, { version, ...said })}
            onChanged={here.reload}
            onCancel={() => setAbandoning(false)}
            onDone={() => void here.reload()}
          />
        </section>
      ) : (
        <p>
          <button
            type="button"
            class="button"
            data-testid="round-abandon"
            onClick={() => setAbandoning(true)}
          >
            {words.text('abandonRound')}
          </button>
        </p>
      )}
    </>
  )
}
