import { formatDuration, parseDuration } from '../duration.ts'
import { assess } from '../register/gb18218.ts'
import { resolveSource } from '../register/inspection-resolve.ts'
import { type InspectionKind, LONGEST_EVERY_MS } from '../register/inspection-words.ts'
import type { FacilityRule } from './finding.ts'

const RESPONSIBILITY = 'Responsibility system of major-hazard sources (2021), duties of the three people'
const DUAL_PREVENTION = 'Dual prevention: inspection frequencies of key installations'
const GRADING = 'GB 18218-2018, 4.2: identification'

/** They are in the duties of the people by name; the others are in guides. */
const BINDING: readonly InspectionKind[] = ['operations', 'technical']
/** What every source needs. */
const WANTED = ['patrol', 'operations', 'technical', 'company'] as const

type File = Parameters<FacilityRule['find']>[0]

/** Whether the plant is inspected as often as the rules of the field ask for. */
export const INSPECTION_RULES: readonly FacilityRule[] = [
  {
    id: 'inspection-owed',
    level: 'refusal',
    clause: RESPONSIBILITY,
    demands: `Rounds of kind operations are due every ${days('operations')} days or more often, of kind technical every ${days('technical')} days.`,
    remedy: 'Make `every` shorter; of a round that is not the one of the responsible person, kind is other.',
    *find(file) {
      yield* seldom(file, (kind) => BINDING.includes(kind))
    },
  },
  {
    id: 'inspection-seldom',
    level: 'advice',
    clause: DUAL_PREVENTION,
    demands: `Patrols are due every hour or more often, rounds of the company every ${days('company')} days.`,
    remedy: 'Make `every` shorter, or say by kind other that it is another round.',
    *find(file) {
      yield* seldom(file, (kind) => !BINDING.includes(kind))
    },
  },
  {
    id: 'source-uninspected',
    level: 'advice',
    clause: `${RESPONSIBILITY}; ${DUAL_PREVENTION}`,
    demands: `A major-hazard source has an inspection of each of the kinds ${WANTED.join(', ')}.`,
    remedy: 'Give register.inspections one with this source: docs/inspections.md has examples.',
    *find({ register: { sources, inspections } }) {
      for (const [index, { id }] of sources.entries()) {
        const kinds = inspections.filter(({ source }) => source === id).map(({ kind }) => kind)
        const missing = WANTED.filter((kind) => !kinds.includes(kind))
        if (missing.length > 0)
          yield {
            path: ['register', 'sources', index],
            message: `"${id}" has no inspection of kind ${missing.join(', ')}`,
          }
      }
    },
  },
  {
    id: 'source-small',
    level: 'advice',
    clause: GRADING,
    demands: 'The substances of a major-hazard source reach their thresholds: S is at least 1.',
    remedy: 'Correct the tonnes, which are those by design; or it is none, and need not be listed.',
    *find({ register: { sources } }) {
      for (const [index, file] of sources.entries()) {
        const { id, substances, people500m } = resolveSource(file)
        const { S, grade } = assess(substances, people500m)
        if (grade === null)
          yield {
            path: ['register', 'sources', index],
            message: `"${id}" is no major-hazard installation: S is ${Math.round(S * 1_000) / 1_000}`,
          }
      }
    },
  },
]

function days(kind: InspectionKind): number {
  return LONGEST_EVERY_MS[kind] / 86_400_000
}

function* seldom({ register }: File, isAsked: (kind: InspectionKind) => boolean) {
  for (const [index, { id, kind, every }] of register.inspections.entries()) {
    const longest = LONGEST_EVERY_MS[kind]
    if (isAsked(kind) && (parseDuration(every) ?? 0) > longest)
      yield {
        path: ['register', 'inspections', index, 'every'],
        message: `"${id}" is every ${every}: of kind ${kind} it is due every ${formatDuration(longest)}`,
      }
  }
}
