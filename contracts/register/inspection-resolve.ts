import { ms, optional } from '../resolve-parts.ts'
import { ROLES, type Role } from '../roles.ts'
import type { Stored } from './gb18218.ts'
import type { InspectionPlan, Inspector, MajorSource } from './inspection-plan.ts'
import type { InspectionFile, SourceFile } from './inspection-schema.ts'
import { POSTS, type Post } from './inspection-words.ts'

/** Of the time between two rounds. */
const USUAL_GRACE = 1 / 10
const LONGEST_USUAL_GRACE_MS = 86_400_000

export function resolveSource({ name, responsible, substances, ...source }: SourceFile): MajorSource {
  const { appointed, ...people } = responsible
  return {
    ...source,
    name: name ?? source.id,
    substances: substances.map(resolveSubstance),
    responsible: people,
    ...optional('appointed', appointed),
  }
}

function resolveSubstance({
  name,
  category,
  form,
  ...substance
}: SourceFile['substances'][number]): Stored & { readonly name?: string } {
  return {
    ...substance,
    ...optional('name', name),
    ...optional('category', category),
    ...optional('form', form),
  }
}

export function resolveInspection(file: InspectionFile, sources: readonly SourceFile[]): InspectionPlan {
  const { name, every, grace, source, areas, by, checklist, ...plan } = file
  const everyMs = ms(every)
  return {
    ...plan,
    name: name ?? plan.id,
    everyMs,
    graceMs: grace === undefined ? Math.min(everyMs * USUAL_GRACE, LONGEST_USUAL_GRACE_MS) : ms(grace),
    ...optional('source', source),
    areas: areas ?? sources.find(({ id }) => id === source)?.areas ?? [],
    by: inspectorOf(by),
    checklist: checklist.map(({ guidance, area, ...item }) => ({
      ...item,
      ...optional('guidance', guidance),
      ...optional('area', area),
    })),
  }
}

/** A responsible person comes before a role, a role before a duty of the same name. */
export function inspectorOf(by: string): Inspector {
  if (isPost(by)) return { kind: 'responsible', id: by }
  return isRole(by) ? { kind: 'role', id: by } : { kind: 'duty', id: by }
}

function isPost(text: string): text is Post {
  return (POSTS as readonly string[]).includes(text)
}

/** Viewers only look. */
function isRole(text: string): text is Role {
  return text !== 'viewer' && (ROLES as readonly string[]).includes(text)
}
