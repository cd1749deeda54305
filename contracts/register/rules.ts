import { STANDARD_CLASSES } from '../alarm-class.ts'
import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import { didYouMean } from '../suggestion.ts'
import { exportProblems } from './export-rules.ts'
import { reportProblems } from './report-rules.ts'
import type { RegisterFile } from './schema.ts'
import { REGION_LEVELS } from './words.ts'

type File = Sound<FacilityFile>
type RuleFile = Sound<RegisterFile['rules'][number]>

/** What names may be used. */
export interface KnownNames {
  readonly areas: readonly string[]
  readonly sensors: readonly string[]
}

/** What the schema cannot say of the register. */
export function registerSectionProblems(file: File, known: KnownNames): Problem[] {
  const rules = placed(file.register?.rules, ['register', 'rules'])
  const major = placed(file.register?.major, ['register', 'major'])
  const exportsPath = ['register', 'exports']
  const names = { ...known, classes: [...STANDARD_CLASSES, ...Object.keys(file.classes ?? {})] }
  return [
    ...regionProblems(file),
    ...bandProblems(file),
    ...reportProblems(file.register?.reports),
    ...twice(rules),
    ...twice(major),
    ...twice(placed(file.register?.exports, exportsPath)),
    ...exportProblems(file.register?.exports, exportsPath, names),
    ...rules.flatMap((rule) => ruleProblems(rule, names)),
    ...major.flatMap(({ part, path }) => unknownNames('area', known.areas, part.areas, [...path, 'areas'])),
  ]
}

/** Levels of the tree are given from the widest, without a gap. */
function regionProblems({ facility }: File): Problem[] {
  const region = facility?.region
  if (region === undefined) return []
  const missing = REGION_LEVELS.find((level) => region[level] === undefined)
  if (missing === undefined) return []
  return REGION_LEVELS.slice(REGION_LEVELS.indexOf(missing) + 1)
    .filter((level) => region[level] !== undefined)
    .map((level) => ({
      path: ['facility', 'region', level],
      message: `${level} without ${missing}: no level may be skipped`,
    }))
}

function bandProblems({ register }: File): Problem[] {
  return (['ls', 'lec'] as const).flatMap((method) => {
    const { red, orange, yellow } = register?.risk?.[method] ?? {}
    if (red === undefined || orange === undefined || yellow === undefined) return []
    return red > orange && orange > yellow
      ? []
      : [{ path: ['register', 'risk', method], message: 'expected red > orange > yellow' }]
  })
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

function ruleProblems(
  { part: rule, path }: Placed<RuleFile>,
  names: KnownNames & { readonly classes: readonly string[] },
): Problem[] {
  const { when, count, within, for: lasting, match } = rule
  const problems: Problem[] = [
    ...unknownNames('area', names.areas, match?.areas, [...path, 'match', 'areas']),
    ...unknownNames('sensor', names.sensors, match?.sensors, [...path, 'match', 'sensors']),
    ...unknownNames('class', names.classes, match?.classes, [...path, 'match', 'classes']),
  ]
  if (when === 'repeated' && (count === undefined || within === undefined))
    problems.push({ path, message: '`repeated` needs count and within' })
  if (when !== undefined && when !== 'repeated' && (count !== undefined || within !== undefined))
    problems.push({ path, message: `count and within are for \`repeated\`, not for \`${when}\`` })
  if (when === 'lasting' && lasting === undefined) problems.push({ path, message: '`lasting` needs for' })
  if ((when === 'raised' || when === 'repeated') && lasting !== undefined)
    problems.push({ path: [...path, 'for'], message: `\`${when}\` has no duration` })
  const ms = within === undefined ? undefined : parseDuration(within)
  if (ms !== undefined && ms > 90 * 86_400_000)
    problems.push({ path: [...path, 'within'], message: `${within}: expected at most 90d` })
  return problems
}

/** A problem at each name that is not there. */
export function unknownNames(
  what: string,
  known: readonly string[],
  names: readonly (string | undefined)[] | undefined,
  path: Path,
): Problem[] {
  return (names ?? []).flatMap((name, index) =>
    name === undefined || known.includes(name)
      ? []
      : [{ path: [...path, index], message: `no ${what} "${name}"${didYouMean(name, known)}` }],
  )
}
