import type { NewHazard } from '../../../../contracts/register/hazard-api.ts'
import { HAZARD_GRADES, HAZARD_KINDS } from '../../../../contracts/register/words.ts'
import type { RegisterQuery } from '../route.ts'
import type { RegisterTextKey } from '../texts/register.ts'

const NAMES = ['facility', 'area', 'sensor', 'alarm', 'title', 'description', 'kind', 'grade'] as const
export type NewDraft = Readonly<Record<(typeof NAMES)[number], string>>

/** The form as an address fills it: whatever comes from there is looked at before it is sent. */
export function newDraft(query: RegisterQuery, facility: string | undefined): NewDraft {
  const given = Object.fromEntries(NAMES.map((name) => [name, query[name] ?? ''])) as NewDraft
  const kind = HAZARD_KINDS.find((known) => known === given.kind) ?? 'condition'
  const grade = HAZARD_GRADES.find((known) => known === given.grade) ?? 'general'
  return { ...given, facility: given.facility === '' ? (facility ?? '') : given.facility, kind, grade }
}

export function newProblems({ title, description }: NewDraft): {
  title?: RegisterTextKey
  description?: RegisterTextKey
} {
  return {
    ...(title.trim() === '' ? { title: 'titleMissing' as const } : {}),
    ...(description.trim() === '' ? { description: 'descriptionMissing' as const } : {}),
  }
}

export function newHazardOf(draft: NewDraft, by: { by?: string }): NewHazard {
  const { facility, area, sensor, alarm } = draft
  return {
    facility,
    title: draft.title.trim(),
    description: draft.description.trim(),
    kind: HAZARD_KINDS.find((known) => known === draft.kind) ?? 'condition',
    grade: HAZARD_GRADES.find((known) => known === draft.grade) ?? 'general',
    ...(area === '' ? {} : { area }),
    ...(sensor === '' ? {} : { sensor }),
    ...(alarm === '' ? {} : { alarm }),
    ...by,
  }
}
