import { useCallback, useEffect, useMemo } from 'preact/hooks'
import type { DutyView, ShiftView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'
import type { Words } from '../language.ts'
import { useLoaded } from '../loaded-value.ts'
import { plantLocal } from '../plant-time.ts'
import { type RosterCell, type RosterDay, rosterTable, rosterWindow } from '../roster-days.ts'
import { dayText } from '../time-text.ts'
import { DutyPersons } from './duty-persons.tsx'
import { ProblemNote } from './problem-note.tsx'

interface FortnightProps {
  duty: DutyView
  /** Another one: the absences have changed. */
  version: number
  /** It is known who has it in these days. */
  onShifts: (shifts: readonly ShiftView[]) => void
}

/** Days by shifts; on a phone a stack of days. */
export function Fortnight({ duty, version, onShifts }: FortnightProps) {
  const { state, api, words } = useConsole()
  const timezone = state.tree?.timezone ?? 'UTC'
  // Anew with the shift, not with every second.
  const { from, to } = rosterWindow(state.now, timezone)
  const { value, failure } = useLoaded(
    useCallback(
      () => api.notify.shifts(duty.facility, duty.duty, { from, to }),
      [api, duty.facility, duty.duty, from, to],
    ),
    { version: `${duty.now.from} ${version} ${state.generation}` },
  )
  useEffect(() => {
    if (value !== undefined) onShifts(value.items)
  }, [value, onShifts])
  const minute = Math.floor(state.now / 60_000) * 60_000
  const table = useMemo(
    () => (value === undefined ? undefined : rosterTable(value.items, minute, timezone)),
    [value, minute, timezone],
  )
  return (
    <section class="panel" data-testid="fortnight">
      <h2>
        {words.text('fortnight')}: {duty.name}
      </h2>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {table === undefined ? (
        failure === undefined && <p class="muted">{words.text('loading')}</p>
      ) : (
        <table class="fortnight">
          <thead>
            <tr>
              <th scope="col">{words.text('date')}</th>
              {table.starts.map((start) => (
                <th key={start} scope="col">
                  {shiftName(start, table.starts.length, words)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.days.map((day) => (
              <Day key={day.date} day={day} starts={table.starts} timezone={timezone} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function shiftName(start: string, count: number, words: Words): string {
  return count === 1 && start === '00:00' ? words.text('wholeDay') : words.text('shiftFrom', { time: start })
}

function Day({ day, starts, timezone }: { day: RosterDay; starts: readonly string[]; timezone: string }) {
  const { words } = useConsole()
  return (
    <tr>
      <th scope="row">{dayText(day.date, words)}</th>
      {day.cells.map((cell, index) => (
        <Cell
          key={cell.from}
          cell={cell}
          label={shiftName(starts[index] ?? '', starts.length, words)}
          timezone={timezone}
        />
      ))}
    </tr>
  )
}

function Cell({ cell, label, timezone }: { cell: RosterCell; label: string; timezone: string }) {
  const { state, words } = useConsole()
  const isNow = state.now >= cell.from && state.now < cell.to
  const isHole = cell.parts.some((part) => part.persons.length === 0)
  return (
    <td
      data-column={label}
      class={[isNow ? 'is-now' : '', isHole ? 'is-hole' : ''].join(' ').trim()}
      aria-current={isNow ? 'time' : undefined}
    >
      {isNow && <span class="tag">▸ {words.text('nowMark')}</span>}
      {cell.parts.map((part) => (
        <span key={part.from} class="roster-part">
          {cell.parts.length > 1 && <span class="muted">{clockSpan(part, cell, timezone)}</span>}
          {part.team !== null && <span class="roster-team">{part.team}</span>}
          <DutyPersons shift={part} />
        </span>
      ))}
    </td>
  )
}

/** Of a part, within its cell. */
function clockSpan(part: { from: string; to: string }, cell: RosterCell, timezone: string): string {
  const clock = (ms: number) => plantLocal(ms, timezone).slice(11, 16)
  const [begin, end] = [Math.max(Date.parse(part.from), cell.from), Math.min(Date.parse(part.to), cell.to)]
  return `${clock(begin)} – ${clock(end)}`
}
