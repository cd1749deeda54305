import type { NoticeView } from '../../../contracts/notify/api.ts'

/** Notices that went out for one reason: a step of the escalation, a repetition, the return. */
export interface NoticeStep {
  key: string
  step: number
  cause: NoticeView['cause']
  /** When the first of them was made, ISO. */
  time: string
  /** In the order in which they were made. */
  notices: readonly NoticeView[]
}

/** What was told of one occurrence, in the order of time. */
export interface ToldOccurrence {
  occurrence: string
  steps: readonly NoticeStep[]
}

/** Two pages of notices as one: the newest first, none twice, the state of the later answer. */
export function mergeNotices(
  known: readonly NoticeView[],
  fresh: readonly NoticeView[],
): readonly NoticeView[] {
  const byId = new Map([...known, ...fresh].map((notice) => [notice.id, notice] as const))
  return [...byId.values()].sort(
    (a, b) => Date.parse(b.created) - Date.parse(a.created) || (a.id < b.id ? 1 : -1),
  )
}

/** By occurrence, the newest first; the steps of each in the order in which they were taken. */
export function toldOf(notices: readonly NoticeView[]): ToldOccurrence[] {
  const occurrences = new Map<string, NoticeView[]>()
  for (const notice of mergeNotices([], notices)) {
    const told = occurrences.get(notice.occurrence)
    if (told === undefined) occurrences.set(notice.occurrence, [notice])
    else told.unshift(notice)
  }
  return Array.from(occurrences, ([occurrence, told]) => ({ occurrence, steps: stepsOf(told) }))
}

/** @param told the oldest first */
function stepsOf(told: readonly NoticeView[]): NoticeStep[] {
  const steps: NoticeStep[] = []
  for (const notice of told) {
    const last = steps.at(-1)
    if (last !== undefined && last.step === notice.step && last.cause === notice.cause) {
      steps[steps.length - 1] = { ...last, notices: [...last.notices, notice] }
      continue
    }
    const { step, cause, created: time } = notice
    steps.push({ key: notice.id, step, cause, time, notices: [notice] })
  }
  return steps
}
