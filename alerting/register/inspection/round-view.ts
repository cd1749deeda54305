import { formatIso } from '../../../contracts/iso-time.ts'
import type { RoundDetail, RoundView } from '../../../contracts/register/inspection-api.ts'
import type { Answer } from './answers.ts'
import type { RoundRow } from './inspection-tables.ts'
import { bodyOf, type Round } from './round.ts'

/** As the API shows it, in the time of its plant. */
export function roundView(row: RoundRow, timezone: string): RoundView {
  const { number, facility, plan, name, kind, source, state, version, items, answered, findings } = row
  const iso = (ms: number) => formatIso(ms, timezone)
  return {
    number,
    facility,
    plan,
    name,
    kind,
    source,
    areas: [...bodyOf(row).areas],
    state,
    version,
    due: iso(row.due),
    started: iso(row.started),
    startedBy: row.started_by,
    ended: row.ended === null ? null : iso(row.ended),
    endedBy: row.ended_by,
    reason: row.reason,
    isLate: row.is_late === 1,
    items,
    answered,
    findings,
  }
}

/** Its checklist, in the order of the plan. */
export function checklistView({ body, answers, photos }: Round, timezone: string): RoundDetail['checklist'] {
  return body.checklist.map(({ id, text, guidance, area, mustPhoto }) => ({
    id,
    text,
    guidance: guidance ?? null,
    area: area ?? null,
    mustPhoto,
    answer: answerView(
      answers.find((answer) => answer.item === id),
      timezone,
    ),
    photos: photos.filter(({ item }) => item === id).map(({ attachment }) => attachment),
  }))
}

function answerView(answer: Answer | undefined, timezone: string) {
  if (answer === undefined) return null
  const { client: id, result, note, by, time, hazard } = answer
  return { id, result, note, by, time: formatIso(time, timezone), hazard }
}
