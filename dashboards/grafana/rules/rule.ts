import { createHash } from 'node:crypto'
import type { Priority } from '../../../contracts/facility-words.ts'
import type { Links, PanelTopic } from './links.ts'

/** Uid of the data source that all rules ask. */
export const DATASOURCE_UID = 'davylamp'
/** Folder of dashboards and rules. */
export const FOLDER = 'Davylamp'
/** Grafana runs its own expressions under this name. */
const EXPRESSIONS = '__expr__'
/** What Grafana gives to a title of a rule. */
const TITLE_LENGTH = 190

/** A rule as Grafana's provisioning files have it, of apiVersion 1: alike in 9.4 and in what came since. */
export interface AlertRule {
  readonly uid: string
  /** Unique in its folder. */
  readonly title: string
  readonly condition: 'C'
  readonly data: readonly RuleQuery[]
  readonly noDataState: 'OK' | 'Alerting'
  readonly execErrState: 'Error' | 'Alerting'
  readonly for: string
  readonly annotations: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly isPaused: false
}

export interface RuleQuery {
  readonly refId: string
  /** Seconds before now. */
  readonly relativeTimeRange: { readonly from: number; readonly to: number }
  readonly datasourceUid: string
  readonly model: Readonly<Record<string, unknown>>
}

/** Rules that are evaluated together, one after the other. */
export interface RuleGroup {
  readonly orgId: 1
  readonly name: string
  readonly folder: typeof FOLDER
  readonly interval: string
  readonly rules: readonly AlertRule[]
}

/** What a rule says, apart from how Grafana wants it written. */
export interface RuleSpec {
  readonly facility: string
  /** Name of the runbook, and the first part of the uid. */
  readonly runbook: string
  /** With facility and runbook what makes it the same rule as before. */
  readonly identity: readonly (string | number)[]
  readonly title: string
  readonly topic: PanelTopic
  readonly severity: Priority
  /** InfluxQL without a `$`, which Grafana would take for a variable. */
  readonly query: string
  readonly lookBackMs: number
  /**
   * `rows`: the query answers only what is wrong, a series each. Or the number that it answers, once, must not be
   * below this; no answer at all is below it too.
   */
  readonly fires: 'rows' | { readonly below: number }
  readonly forMs: number
  readonly labels?: Readonly<Record<string, string>>
  /** Templates of Grafana: `{{ $labels.sensor }}`, `{{ $values.B.Value }}`. */
  readonly summary: string
  readonly description: string
  /** Page of the console behind its address, such as `#/`. */
  readonly page: string
}

export function ruleGroup(name: string, everyMs: number, rules: readonly AlertRule[]): RuleGroup {
  return { orgId: 1, name, folder: FOLDER, interval: seconds(everyMs), rules }
}

export function alertRule(spec: RuleSpec, links: Links): AlertRule {
  const { facility, runbook, severity, fires } = spec
  const panel = links.panels[spec.topic]
  return {
    uid: uidOf(spec),
    title: titleOf(spec),
    condition: 'C',
    data: dataOf(spec),
    // Who answers only what is wrong answers nothing when all is well.
    noDataState: fires === 'rows' ? 'OK' : 'Alerting',
    // A rule that cannot be evaluated watches nothing: that is never silent.
    execErrState: fires === 'rows' ? 'Error' : 'Alerting',
    for: seconds(spec.forMs),
    annotations: {
      summary: spec.summary,
      description: spec.description,
      runbook_url: `${links.runbooks}/${runbook}.md`,
      console: `${links.console}/${spec.page}`,
      // Grafana takes both or none.
      ...(panel && { __dashboardUid__: panel.dashboard, __panelId__: String(panel.panel) }),
    },
    labels: { source: 'davylamp', facility, severity, rule: runbook, ...spec.labels },
    isPaused: false,
  }
}

/**
 * A: the query. B: its number, for people. N: how many numbers there are, where answers mean trouble. C: fires.
 * Comparing with limits is left to the database: the threshold of Grafana 9.4 has no >=, and rounds.
 */
function dataOf({ query, lookBackMs, fires }: RuleSpec): RuleQuery[] {
  const from = Math.ceil(lookBackMs / 1_000)
  const relativeTimeRange = { from, to: 0 }
  const datasource = { type: 'influxdb', uid: DATASOURCE_UID }
  const asked = { datasource, query, rawQuery: true, resultFormat: 'time_series', ...SAMPLING }
  const expression = (refId: string, model: object): RuleQuery => ({
    refId,
    relativeTimeRange,
    datasourceUid: EXPRESSIONS,
    model: { refId, datasource: { type: EXPRESSIONS, uid: EXPRESSIONS }, hide: false, ...model, ...SAMPLING },
  })
  const reduce = (refId: string, reducer: 'last' | 'count') =>
    expression(refId, { type: 'reduce', expression: 'A', reducer })
  const [counted, type, limit] =
    fires === 'rows' ? (['N', 'gt', 0] as const) : (['B', 'lt', fires.below] as const)
  return [
    {
      refId: 'A',
      relativeTimeRange,
      datasourceUid: DATASOURCE_UID,
      model: { refId: 'A', hide: false, ...asked },
    },
    reduce('B', 'last'),
    ...(fires === 'rows' ? [reduce('N', 'count')] : []),
    expression('C', {
      type: 'threshold',
      expression: counted,
      conditions: [
        {
          type: 'query',
          evaluator: { type, params: [limit] },
          operator: { type: 'and' },
          query: { params: [counted] },
          reducer: { type: 'last', params: [] },
        },
      ],
    }),
  ]
}

/** What Grafana itself writes there; a raw query has its own times. */
const SAMPLING = { intervalMs: 1_000, maxDataPoints: 43_200 } as const

/** At most 40 letters, digits, - and _. */
function uidOf({ facility, runbook, identity }: RuleSpec): string {
  const hash = createHash('sha256').update(JSON.stringify([facility, runbook, ...identity]))
  return `dl-${runbook.slice(0, 18)}-${hash.digest('base64url').slice(0, 18)}`
}

/** One that is too long ends with what tells it from others. */
function titleOf(spec: RuleSpec): string {
  const { title } = spec
  return title.length <= TITLE_LENGTH ? title : `${title.slice(0, TITLE_LENGTH - 41)} ${uidOf(spec)}`
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)}s`
}
