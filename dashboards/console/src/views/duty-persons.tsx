import type { ShiftView } from '../../../../contracts/notify/api.ts'
import { useConsole } from '../console-context.ts'

/** Who has a duty for a while, with whatever makes them other than planned, in words. */
export function DutyPersons({ shift }: { shift: Pick<ShiftView, 'persons' | 'absent'> }) {
  const { words } = useConsole()
  return (
    <span class="duty-persons">
      {shift.persons.length === 0 && <strong class="duty-hole">✕ {words.text('nobody')}</strong>}
      {shift.persons.map(({ id, name, substituteFor, reachable }) => (
        <span key={id} class="duty-person">
          <b>{name}</b>
          {substituteFor !== null && (
            <span class="note">⇄ {words.text('substituteFor', { name: substituteFor })}</span>
          )}
          {!reachable && <span class="note note-bad">✕ {words.text('notReachable')}</span>}
        </span>
      ))}
      {shift.absent.map((name) => (
        <span key={name} class="note">
          ⊘ {words.text('absentName', { name })}
        </span>
      ))}
    </span>
  )
}
