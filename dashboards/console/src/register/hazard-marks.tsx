import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'
import { GRADE_TEXTS } from '../texts/register.ts'
import { ageText, shortAge } from '../time-text.ts'
import { dayTime, deadlineOf } from './deadline.ts'
import { useRegisterWords } from './use-register-words.ts'

type OfDeadline = Pick<HazardView, 'deadline' | 'status' | 'isOverdue'>

/** The deadline and how near it is; one that has passed stands out. */
export function DeadlineNote({ hazard, isShort = false }: { hazard: OfDeadline; isShort?: boolean }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const { urgency, ms } = deadlineOf(hazard, state.now)
  if (hazard.deadline === null) return <span class="muted">{words.text('noDeadline')}</span>
  const age = isShort ? shortAge(ms, common) : ageText(ms, common)
  return (
    <span class="deadline">
      {urgency === 'overdue' && <b class="overdue">⚠ {words.text('overdueBy', { age })}</b>}
      <span class="nowrap">{dayTime(hazard.deadline)}</span>
      {urgency === 'near' && <b>{words.text('dueIn', { age })}</b>}
      {urgency === 'ahead' && <span class="muted">{words.text('dueIn', { age })}</span>}
    </span>
  )
}

/** A major hazard stands out by its word, not by a colour. */
export function GradeNote({ grade, status }: Pick<HazardView, 'grade' | 'status'>) {
  const words = useRegisterWords()
  const isOpenMajor = grade === 'major' && status !== 'closed'
  return (
    <span class={isOpenMajor ? 'grade-note grade-major' : 'grade-note'}>{words.of(GRADE_TEXTS[grade])}</span>
  )
}
