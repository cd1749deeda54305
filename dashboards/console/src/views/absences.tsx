import { useState } from 'preact/hooks'
import type { AbsenceView } from '../../../../contracts/notify/api.ts'
import { isAtLeast } from '../../../../contracts/roles.ts'
import { useConsole } from '../console-context.ts'
import type { LoadedList } from '../loaded-list.ts'
import { useBarrier } from '../session.ts'
import { minuteTime } from '../time-text.ts'
import { AbsenceForm } from './absence-form.tsx'
import { ProblemNote } from './problem-note.tsx'

interface AbsencesProps {
  list: LoadedList<AbsenceView>
  /** Those of whom the roster speaks. Key: the name that they sign in with. */
  people: ReadonlyMap<string, string>
}

/** Who is away; entered by themselves, or by an engineer. */
export function Absences({ list, people }: AbsencesProps) {
  const { words } = useConsole()
  const [said, say] = useState('')
  const { items, failure } = list
  return (
    <section class="panel" data-testid="absences">
      <h2>{words.text('absences')}</h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {items?.length === 0 && <p class="muted">{words.text('noAbsences')}</p>}
      <ul class="people-rows">
        {items?.map((absence) => (
          <AbsenceRow key={absence.id} absence={absence} list={list} people={people} onDone={say} />
        ))}
      </ul>
      <p role="status" class="done-note">
        {said !== '' && `✓ ${said}`}
      </p>
      <AbsenceForm list={list} people={people} onDone={say} />
    </section>
  )
}

interface AbsenceRowProps extends AbsencesProps {
  absence: AbsenceView
  onDone: (said: string) => void
}

function AbsenceRow({ absence, list, people, onDone }: AbsenceRowProps) {
  const { state, words, api, session } = useConsole()
  const barrier = useBarrier()
  const { id, person, from, to, substitute, reason, by } = absence
  const nameOf = (who: string) => people.get(who) ?? who
  const time = (iso: string) => minuteTime(iso, state.heardTime)
  const { who } = session
  const isOwn = who?.name === person || (who !== undefined && isAtLeast(who.role, 'engineer'))
  const takeBack = async () => {
    const done = await list.act(() => api.notify.takeBackAbsence(state.facility ?? '', id))
    if (done !== undefined) onDone(words.text('absenceTakenBack', { name: nameOf(person) }))
  }
  return (
    <li class="people-row" data-testid={`absence-${id}`}>
      <span class="people-words">
        <span>
          <strong>{nameOf(person)}</strong> {time(from)} – {time(to)}
        </span>
        <span>
          {substitute === null ? (
            <span class="muted">{words.text('substituteNone')}</span>
          ) : (
            <>⇄ {words.text('substituteIs', { name: nameOf(substitute) })}</>
          )}{' '}
          · {reason}
        </span>
        <span class="muted">{words.text('enteredBy', { name: by })}</span>
      </span>
      <button
        type="button"
        class="button"
        data-testid={`take-back-${id}`}
        aria-label={words.text('takeBackOf', { name: nameOf(person) })}
        {...barrier(isOwn ? 'absence' : 'absence-of-others')}
        onClick={() => void takeBack()}
      >
        {words.text('takeBack')}
      </button>
    </li>
  )
}
