import type { Location } from '../facility.ts'
import type { Priority, SensorKind } from '../facility-words.ts'
import type { PolicyMatch } from '../notify/plan.ts'
import type { ClockKind, IncidentKind, IncidentLevel, TeamKind } from './incident-words.ts'

/** Who can be sent to an incident. */
export interface Team {
  readonly id: string
  readonly name: string
  readonly kind: TeamKind
  /** Responders who belong to it at all times. */
  readonly responders: readonly string[]
  /** Who has this duty of the roster belongs to it. */
  readonly duty?: string
  readonly phone?: string
  readonly base?: Location
}

/** Equipment or material; how much there is of it stands in the register. */
export interface StockItem {
  readonly id: string
  readonly name: string
  readonly unit: string
  /** An area, or where else it is. */
  readonly at: string
  /** There should be this much at least. */
  readonly least?: number
  readonly category?: string
}

/** All that is given has to hold. */
export interface PlanTrigger {
  readonly kinds?: readonly SensorKind[]
  readonly quantities?: readonly string[]
  readonly lifeSafety?: boolean
  readonly priorities?: readonly Priority[]
  readonly classes?: readonly string[]
  readonly areas?: readonly string[]
  readonly sensors?: readonly string[]
  readonly keys?: readonly string[]
}

export interface PlanStep {
  readonly id: string
  readonly text: string
  /** A team, a duty, or a kind of team. */
  readonly by?: string
  /** From the beginning of the incident, ms. */
  readonly withinMs?: number
}

/** What is done when something of one kind happens. */
export interface EmergencyPlan {
  readonly id: string
  readonly name: string
  readonly kind: IncidentKind
  /** One of them has to hold; none: people choose it. */
  readonly triggers: readonly PlanTrigger[]
  readonly teams: readonly string[]
  readonly stock: readonly string[]
  readonly steps: readonly PlanStep[]
  readonly contacts: readonly { readonly name: string; readonly phone: string }[]
  readonly document?: string
}

/** When an alarm opens an incident by itself. */
export interface AutoOpenRule {
  readonly match: PolicyMatch
  readonly plan?: string
  readonly level: IncidentLevel
}

/** How a facility responds. */
export interface ResponsePlan {
  /** The time that each has to arrive in, ms. */
  readonly targetMs: Readonly<Record<ClockKind, number>>
  /** The first that matches counts. */
  readonly autoOpen: readonly AutoOpenRule[]
  /** Key: team. */
  readonly teams: ReadonlyMap<string, Team>
  /** Key: item. */
  readonly stock: ReadonlyMap<string, StockItem>
}
