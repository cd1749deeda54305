import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { ROLES } from '../roles.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import { didYouMean } from '../suggestion.ts'
import { criterionOf, isCas } from './gb18218.ts'
import { CATEGORIES, LISTED } from './gb18218-table.ts'
import { inspectorOf } from './inspection-resolve.ts'
import type { InspectionFile, SourceFile } from './inspection-schema.ts'
import { POSTS } from './inspection-words.ts'

type File = Sound<FacilityFile>
type Source = Placed<Sound<SourceFile>>
type Inspection = Placed<Sound<InspectionFile>>

interface Names {
  readonly areas: readonly string[]
  readonly responders: readonly string[]
  readonly duties: readonly string[]
}

/** What the schema cannot say of major-hazard sources and of inspections. */
export function inspectionProblems(file: File, known: { readonly areas: readonly string[] }): Problem[] {
  const names = {
    areas: known.areas,
    responders: idsOf(placed(file.responders, [])),
    duties: idsOf(placed(file.roster, [])),
  }
  const sources = placed(file.register?.sources, ['register', 'sources'])
  const inspections = placed(file.register?.inspections, ['register', 'inspections'])
  return [
    ...twice(sources),
    ...twice(inspections),
    ...sources.flatMap((source) => sourceProblems(source, names)),
    ...inspections.flatMap((inspection) => planProblems(inspection, sources, names)),
  ]
}

function idsOf(parts: readonly Placed<{ readonly id?: string | undefined }>[]): string[] {
  return parts.flatMap(({ part: { id } }) => id ?? [])
}

function twice(parts: readonly Placed<{ readonly id?: string | undefined }>[]): Problem[] {
  const seen = new Set<string>()
  return parts.flatMap(({ part: { id }, path }) => {
    if (id === undefined) return []
    if (seen.has(id)) return [{ path: [...path, 'id'], message: `"${id}" is there twice` }]
    seen.add(id)
    return []
  })
}

/** @returns a problem when there is a name, and it is not known */
function unknown(what: string, known: readonly string[], name: string | undefined, path: Path): Problem[] {
  if (name === undefined || known.includes(name)) return []
  return [{ path, message: `no ${what} "${name}"${didYouMean(name, known)}` }]
}

function unknowns(
  what: string,
  known: readonly string[],
  names: readonly (string | undefined)[] | undefined,
  path: Path,
): Problem[] {
  return (names ?? []).flatMap((name, index) => unknown(what, known, name, [...path, index]))
}

function sourceProblems({ part: source, path }: Source, names: Names): Problem[] {
  const { areas, substances, responsible } = source
  const people = placed(
    POSTS.map((post) => responsible?.[post]),
    [...path, 'responsible'],
  )
  const problems = [
    ...unknowns('area', names.areas, areas, [...path, 'areas']),
    ...placed(substances, [...path, 'substances']).flatMap(substanceProblems),
    ...POSTS.flatMap((post) =>
      unknown('responder', names.responders, responsible?.[post], [...path, 'responsible', post]),
    ),
  ]
  if (new Set(people.map(({ part }) => part)).size < people.length)
    problems.push({
      path: [...path, 'responsible'],
      message: 'overall, technical and operations are three different people',
    })
  const { appointed } = responsible ?? {}
  if (appointed !== undefined && !isDate(appointed))
    problems.push({
      path: [...path, 'responsible', 'appointed'],
      message: `"${appointed}" is no day of the calendar`,
    })
  return problems
}

function substanceProblems({
  part: { cas, category, form },
  path,
}: Placed<Sound<SourceFile['substances'][number]>>): Problem[] {
  if (cas === undefined) return []
  const at = [...path, 'cas']
  if (!isCas(cas)) return [{ path: at, message: `"${cas}" is no CAS number: its check digit is another` }]
  const listed = LISTED.get(cas)
  if (form !== undefined) {
    const forms = Object.keys(listed?.forms ?? {}).filter((name) => name !== 'any')
    const place = [...path, 'form']
    if (forms.length === 0)
      return [{ path: place, message: `the standard tells no forms of CAS ${cas} apart` }]
    if (!forms.includes(form))
      return [{ path: place, message: `no form "${form}": expected ${forms.join(', ')}` }]
  }
  return criterionOf({ cas, ...(category === undefined ? {} : { category }) }) === undefined
    ? [
        {
          path: at,
          message: `CAS ${cas} is not listed by itself: give its category, one of ${Object.keys(CATEGORIES).join(', ')}`,
        },
      ]
    : []
}

function planProblems({ part: plan, path }: Inspection, sources: readonly Source[], names: Names): Problem[] {
  const { source, areas, every, grace, checklist } = plan
  const items = placed(checklist, [...path, 'checklist'])
  const itsAreas = (areas ?? sources.find(({ part }) => part.id === source)?.part.areas ?? []).flatMap(
    (area) => area ?? [],
  )
  const problems = [
    ...unknown('source', idsOf(sources), source, [...path, 'source']),
    ...unknowns('area', names.areas, areas, [...path, 'areas']),
    ...inspectorProblems(plan, path, names),
    ...twice(items),
    ...items.flatMap(({ part: { area }, path: place }) =>
      unknown('area of this inspection', itsAreas, area, [...place, 'area']),
    ),
  ]
  if ((source === undefined) === (areas === undefined))
    problems.push({ path, message: 'an inspection is of a source or of areas: give one of the two' })
  const [everyMs, graceMs] = [every, grace].map((text) =>
    text === undefined ? undefined : parseDuration(text),
  )
  if (everyMs !== undefined && (everyMs < 60_000 || everyMs > 1_100 * 86_400_000))
    problems.push({ path: [...path, 'every'], message: `${every}: expected 1m to 1100d` })
  if (everyMs !== undefined && graceMs !== undefined && graceMs > everyMs)
    problems.push({ path: [...path, 'grace'], message: `${grace}: longer than every, ${every}` })
  return problems
}

function inspectorProblems({ by, source }: Sound<InspectionFile>, path: Path, { duties }: Names): Problem[] {
  if (by === undefined) return []
  const { kind, id } = inspectorOf(by)
  const place = [...path, 'by']
  if (kind === 'responsible' && source === undefined)
    return [{ path: place, message: `"${id}" is a responsible person of a source: give the source` }]
  if (kind !== 'duty' || duties.includes(id)) return []
  const known = [...duties, ...POSTS, ...ROLES.slice(1)]
  return [{ path: place, message: `no duty, role or responsible person "${id}"${didYouMean(id, known)}` }]
}

function isDate(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text
}
