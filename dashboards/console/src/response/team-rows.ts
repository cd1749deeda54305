import type { DispatchView, TeamView } from '../../../../contracts/register/incident-api.ts'
import type { TeamEvent, TeamKind } from '../../../../contracts/register/incident-words.ts'

/** A team, and how it is with this incident. */
export interface TeamRow {
  readonly team: string
  readonly name: string
  readonly kind: TeamKind
  readonly phone: string | null
  readonly onDuty: readonly string[]
  /** Its last dispatch to this incident. */
  readonly dispatch: DispatchView | undefined
  /** The other incident where it is. */
  readonly elsewhere: number | null
  /** What may be entered of it next. */
  readonly next: readonly TeamEvent[]
}

/** Teams that are here first, in the order in which they were sent; then those of the plant. */
export function teamRows(
  incident: { number: number; teams: readonly DispatchView[] },
  teams: readonly TeamView[],
): TeamRow[] {
  const last = new Map(incident.teams.map((dispatch) => [dispatch.team, dispatch] as const))
  const known = new Map(teams.map((team) => [team.id, team] as const))
  const ids = [...new Set([...last.keys(), ...known.keys()])]
  return ids.map((id) => {
    const dispatch = last.get(id)
    const team = known.get(id)
    const busy = team?.busy?.incident ?? null
    const elsewhere = busy === incident.number ? null : busy
    return {
      team: id,
      name: team?.name ?? dispatch?.name ?? id,
      kind: team?.kind ?? dispatch?.kind ?? 'other',
      phone: team?.phone ?? null,
      onDuty: team?.onDuty.map(({ name }) => name) ?? [],
      dispatch,
      elsewhere,
      next: nextOf(dispatch, elsewhere),
    }
  })
}

function nextOf(dispatch: DispatchView | undefined, elsewhere: number | null): readonly TeamEvent[] {
  if (dispatch !== undefined && dispatch.released === null)
    return dispatch.arrived === null ? ['arrived', 'released'] : ['released']
  return elsewhere === null ? ['dispatched'] : []
}
