import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import { parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { matchProblems } from '../notify/rules.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import type { PlanFile, TeamFile } from './incident-schema.ts'
import { CLOCKS, TEAM_KINDS } from './incident-words.ts'
import { twice, unknownNames } from './rules.ts'

type Names = Readonly<
  Record<
    'areas' | 'sensors' | 'classes' | 'responders' | 'duties' | 'teams' | 'stock' | 'plans',
    readonly string[]
  >
>

/** What the schema cannot say of teams, stock, response times and emergency plans. */
export function incidentProblems(
  file: Sound<FacilityFile>,
  known: Pick<Names, 'areas' | 'sensors' | 'classes'>,
): Problem[] {
  const teams = placed(file.register?.teams, ['register', 'teams'])
  const stock = placed(file.register?.stock, ['register', 'stock'])
  const plans = placed(file.plans, ['plans'])
  const names: Names = {
    ...known,
    responders: idsOf(placed(file.responders, [])),
    duties: idsOf(placed(file.roster, [])),
    teams: idsOf(teams),
    stock: idsOf(stock),
    plans: idsOf(plans),
  }
  return [
    ...responseProblems(file, names),
    ...twice(teams),
    ...twice(stock),
    ...twice(plans),
    ...teams.flatMap((team) => teamProblems(team, names)),
    ...plans.flatMap((plan) => planProblems(plan, names)),
  ]
}

function idsOf(parts: readonly Placed<{ readonly id?: string | undefined }>[]): string[] {
  return parts.flatMap(({ part: { id } }) => id ?? [])
}

function responseProblems({ register }: Sound<FacilityFile>, names: Names): Problem[] {
  const response = register?.response
  const path = ['register', 'response']
  const rules = placed(response?.autoOpen, [...path, 'autoOpen'])
  return [
    ...CLOCKS.flatMap((clock) => within(response?.[clock], [...path, clock], '1m', '1d')),
    ...rules.flatMap(({ part, path: place }) => [
      ...matchProblems(part.match, [...place, 'match'], names),
      ...one('plan', names.plans, part.plan, [...place, 'plan']),
    ]),
  ]
}

function teamProblems({ part: team, path }: Placed<Sound<TeamFile>>, names: Names): Problem[] {
  return [
    ...unknownNames('responder', names.responders, team.responders, [...path, 'responders']),
    ...one('duty', names.duties, team.duty, [...path, 'duty']),
  ]
}

function planProblems({ part: plan, path }: Placed<Sound<PlanFile>>, names: Names): Problem[] {
  const steps = placed(plan.steps, [...path, 'steps'])
  const doers = [...names.teams, ...names.duties, ...TEAM_KINDS]
  return [
    ...unknownNames('team', names.teams, plan.teams, [...path, 'teams']),
    ...unknownNames('stock item', names.stock, plan.stock, [...path, 'stock']),
    ...placed(plan.triggers, [...path, 'triggers']).flatMap(({ part, path: place }) =>
      Object.keys(part).length === 0
        ? [{ path: place, message: 'an empty trigger would hold of every alarm' }]
        : matchProblems(part, place, names),
    ),
    ...twice(steps),
    ...steps.flatMap(({ part, path: place }) => [
      ...one('team, duty or kind of team', doers, part.by, [...place, 'by']),
      ...within(part.within, [...place, 'within'], '1s', '7d'),
    ]),
  ]
}

/** A single name stands at its key, not in a list. */
function one(what: string, known: readonly string[], name: string | undefined, path: Path): Problem[] {
  return unknownNames(what, known, [name], path).map(({ message }) => ({ path, message }))
}

function within(text: string | undefined, path: Path, least: string, most: string): Problem[] {
  const ms = text === undefined ? undefined : parseDuration(text)
  const isWithin = ms === undefined || (ms >= (parseDuration(least) ?? 0) && ms <= (parseDuration(most) ?? 0))
  return isWithin ? [] : [{ path, message: `${text}: expected ${least} to ${most}` }]
}
