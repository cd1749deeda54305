import type { NewAnswer, RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { dayTime } from '../register/deadline.ts'
import { formatRoute } from '../route.ts'
import { RESULT_SIGNS, RESULT_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import type { OwnAnswer } from './round-answer.ts'
import { useResponseWords } from './use-response-words.ts'
import type { RoundHere } from './use-round.ts'
import type { Waiting } from './wait-queue.ts'

interface ItemStateProps {
  item: RoundDetail['checklist'][number]
  waits: Waiting<OwnAnswer> | undefined
  queue: RoundHere['queue']
  isOpen: boolean
  /** One of its pictures is on its way. */
  hasPhotoWaiting: boolean
}

/** What the server has of an item, and what of this page's it has not. */
export function ItemState({ item, waits, queue, isOpen, hasPhotoWaiting }: ItemStateProps) {
  const { id, answer, mustPhoto, photos } = item
  const words = useResponseWords()
  const wantsPhoto =
    mustPhoto &&
    photos.length === 0 &&
    !hasPhotoWaiting &&
    (waits?.what.answer ?? answer)?.result !== 'not-applicable'
  return (
    <div class="item-state" aria-live="polite" data-testid={`state-${id}`}>
      {waits !== undefined && <OwnState waits={waits} />}
      {waits?.refusal !== undefined && (
        <>
          <ProblemNote failure={waits.refusal} />
          <div class="form-actions">
            <button type="button" class="button" data-testid={`theirs-${id}`} onClick={() => queue.drop(id)}>
              {words.text('takeBack')}
            </button>
            {answer !== null && (
              <button
                type="button"
                class="button"
                data-testid={`mine-${id}`}
                onClick={() => queue.put(id, inPlaceOf(waits.what, answer.id))}
              >
                {words.text('inItsPlace')}
              </button>
            )}
          </div>
        </>
      )}
      {answer !== null && (
        <p>
          <span aria-hidden="true">{RESULT_SIGNS[answer.result]}</span>{' '}
          {words.of(RESULT_TEXTS[answer.result])}
          <span class="muted">
            {' '}
            · {answer.by} · {dayTime(answer.time).slice(11)}
          </span>
        </p>
      )}
      {answer !== null && answer.note !== '' && <p class="said">“{answer.note}”</p>}
      {answer?.hazard !== undefined && answer.hazard !== null && (
        <p>
          <a
            class="hazard-link"
            href={formatRoute({ page: 'hazard', number: answer.hazard })}
            data-testid={`hazard-of-${id}`}
          >
            {words.text('hazardLink', { number: answer.hazard })} ›
          </a>
        </p>
      )}
      {wantsPhoto && isOpen && <p class="wants-photo">▣ {words.text('photoNeeded')}</p>}
    </div>
  )
}

function OwnState({ waits: { what, refusal } }: { waits: Waiting<OwnAnswer> }) {
  const words = useResponseWords()
  const { result, note = '' } = what.answer
  const text = [words.of(RESULT_TEXTS[result]), ...(note === '' ? [] : [`“${note}”`])].join(' ')
  return (
    <p class="waits">
      {refusal === undefined ? `◷ ${words.text('waits')}` : `✕ ${words.text('notTaken')}`} <span>{text}</span>
    </p>
  )
}

/** Knowingly over the answer that stands there. */
function inPlaceOf({ answer, by }: OwnAnswer, replaces: NewAnswer['id']): OwnAnswer {
  return { answer: { ...answer, replaces }, by }
}
