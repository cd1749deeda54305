import { useCallback, useMemo, useState } from 'preact/hooks'
import type { DutyView, ShiftView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import { useLoadedList } from '../loaded-list.ts'
import { useLoaded } from '../loaded-value.ts'
import { Absences } from './absences.tsx'
import { DutyCard } from './duty-card.tsx'
import { Fortnight } from './fortnight.tsx'
import { Handovers } from './handovers.tsx'
import { ProblemNote } from './problem-note.tsx'

/** Shifts change without a word on the stream. */
const EVERY_MS = 30_000

/** Who has which duty now and in the next days, who is away, and what the last shift had to say. */
export function RosterPage() {
  const { state, api, words } = useConsole()
  const { facility = '', generation } = state
  const [chosen, choose] = useState<string>()
  const roster = useLoaded(
    useCallback(() => api.notify.roster(facility), [api, facility]),
    { everyMs: EVERY_MS, version: generation },
  )
  const absences = useLoadedList(
    useCallback(async () => {
      const answer = await api.notify.absences(facility)
      // Whoever is entered or taken back changes who is on duty.
      void roster.reload()
      return answer
    }, [api, facility, generation, roster.reload]),
  )
  const duties = roster.value?.items ?? []
  const [planned, setPlanned] = useState<readonly ShiftView[]>([])
  const people = useMemo(() => peopleOf(duties, planned), [roster.value, planned])
  const duty =
    duties.find((candidate) => candidate.duty === chosen) ??
    duties.find(({ hole }) => hole !== null) ??
    duties[0]
  return (
    <div class="page" data-testid="roster">
      <h1>{words.text('roster')}</h1>
      {roster.failure !== undefined && <ProblemNote failure={roster.failure} />}
      {roster.value === undefined && roster.failure === undefined && (
        <p class="empty">{words.text('loading')}</p>
      )}
      {roster.value !== undefined && duty === undefined && (
        <p class="panel" data-testid="no-duties">
          {words.text('noDuties', { facility: state.tree?.name ?? facility })}
        </p>
      )}
      {duty !== undefined && (
        <>
          <div class="duties">
            {duties.map((each) => (
              <DutyCard key={each.duty} duty={each} />
            ))}
          </div>
          {duties.length > 1 && (
            <fieldset class="spans duty-choice" aria-label={words.text('dutyChoice')}>
              {duties.map((each) => (
                <button
                  key={each.duty}
                  type="button"
                  data-testid={`choose-${each.duty}`}
                  aria-pressed={each === duty}
                  onClick={() => choose(each.duty)}
                >
                  {each.hole !== null && '⚠ '}
                  {each.name}
                </button>
              ))}
            </fieldset>
          )}
          <div class="roster-columns">
            <Fortnight key={duty.duty} duty={duty} version={absences.version} onShifts={setPlanned} />
            <div class="roster-side">
              <Handovers key={duty.duty} duty={duty} onDone={() => void roster.reload()} />
              <Absences list={absences} people={people} />
            </div>
          </div>
        </>
      )}
    </div>
  )
}

/** Everybody of whom the roster speaks. Key: the name that they sign in with. */
function peopleOf(duties: readonly DutyView[], planned: readonly ShiftView[]): ReadonlyMap<string, string> {
  const shifts = duties.flatMap(({ now, next }) => (next === null ? [now] : [now, next]))
  return new Map(
    [...planned, ...shifts].flatMap(({ persons }) => persons.map(({ id, name }) => [id, name] as const)),
  )
}
