import { useState } from 'preact/hooks'
import { formatIso } from '../../../../contracts/iso-time.ts'
import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { ANSWER_RESULTS, type AnswerResult } from '../../../../contracts/register/inspection-words.ts'
import type { HazardGrade } from '../../../../contracts/register/words.ts'
import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import { useTree } from '../register/place-names.ts'
import { RESULT_SIGNS, RESULT_TEXTS } from '../texts/response.ts'
import { ItemNoteForm } from './item-note-form.tsx'
import { ItemPhotos } from './item-photos.tsx'
import { ItemState } from './item-state.tsx'
import { answerOf } from './round-answer.ts'
import { useResponseWords } from './use-response-words.ts'
import type { RoundHere } from './use-round.ts'

interface RoundItemProps {
  item: RoundDetail['checklist'][number]
  /** From 1. */
  place: number
  round: RoundDetail
  here: RoundHere
  person: Person
  isOpen: boolean
}

/** One thing to look at, with buttons for a gloved thumb. */
export function RoundItem({ item, place, round, here, person, isOpen }: RoundItemProps) {
  const { state, newId } = useConsole()
  const words = useResponseWords()
  const timezone = useTree(round.facility)?.timezone ?? 'UTC'
  // Which answer is being explained.
  const [asked, ask] = useState<AnswerResult>()
  const waits = here.answers.get(item.id)
  const given = waits?.what.answer ?? item.answer
  const answer = (result: AnswerResult, note: string, grade?: HazardGrade) => {
    ask(undefined)
    const said = {
      item: item.id,
      result,
      note,
      time: formatIso(state.now, timezone),
      ...(grade === undefined ? {} : { grade }),
    }
    here.queue.put(item.id, {
      answer: answerOf(said, { shown: item.answer, waits, newId }),
      by: person.named(),
    })
  }
  return (
    <li class="panel round-item" data-testid={`item-${item.id}`}>
      <h2>
        <span class="muted">{place}</span> {item.text}
      </h2>
      {item.guidance !== null && <p class="muted">{item.guidance}</p>}
      {isOpen && (
        <fieldset class="results" aria-label={item.text}>
          {ANSWER_RESULTS.map((result) => (
            <button
              key={result}
              type="button"
              class={`item-result item-result-${result}`}
              aria-pressed={asked === undefined ? given?.result === result : asked === result}
              data-testid={`${result}-${item.id}`}
              onClick={() => (result === 'ok' ? answer(result, '') : ask(result))}
            >
              <span aria-hidden="true">{RESULT_SIGNS[result]}</span> {words.of(RESULT_TEXTS[result])}
            </button>
          ))}
        </fieldset>
      )}
      {asked !== undefined && (
        <ItemNoteForm
          key={asked}
          item={item.id}
          result={asked}
          note={given?.result === asked ? (given.note ?? '') : ''}
          hasHazard={item.answer?.hazard !== undefined && item.answer.hazard !== null}
          onSay={(note, grade) => answer(asked, note, grade)}
          onCancel={() => ask(undefined)}
        />
      )}
      <ItemState
        item={item}
        waits={waits}
        queue={here.queue}
        isOpen={isOpen}
        hasPhotoWaiting={[...here.photos.values()].some(({ what }) => what.item === item.id)}
      />
      <ItemPhotos item={item} round={round} here={here} person={person} isOpen={isOpen} />
    </li>
  )
}
