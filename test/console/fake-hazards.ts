import { type Hazard, NEW_HAZARD } from '../../alerting/register/hazard/hazard.ts'
import { rowOf } from '../../alerting/register/hazard/hazard-row.ts'
import type { HazardRow } from '../../alerting/register/hazard/hazard-tables.ts'
import { hazardView } from '../../alerting/register/hazard/hazard-view.ts'
import { act, actionsOf, type HazardInput } from '../../alerting/register/hazard/lifecycle.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Who } from '../../contracts/people-api.ts'
import type {
  AttachmentView,
  HazardDetail,
  HazardView,
  NewAttachment,
  NewHazard,
  StepView,
  Transition,
} from '../../contracts/register/hazard-api.ts'
import { type Answer, ok, problem } from './fake-alarms.ts'
import { FACILITY, iso, TIMEZONE } from './fake-plant.ts'

/** What the register of the fake plant goes by: the defaults. */
export const PLAN = parseFacility(
  `facility: { id: ${FACILITY}, name: Demo plant, timezone: ${TIMEZONE} }
server: { data: /nowhere }
mqtt: {}
gateways:
  - id: gw-1
    buses:
      - id: b
        driver: modbus-tcp
        host: 127.0.0.1
        devices: [ { id: d, area: a, sensors: [ { id: GT-1, kind: gas, unit: ppm, register: { address: 0 } } ] } ]
`,
  'plant.yaml',
).register
const REGION = {
  city: 'Heze',
  county: 'Heze/Juancheng',
  town: 'Heze/Juancheng/Chengguan',
  grid: 'Heze/Juancheng/Chengguan/Grid 7',
}

interface Asked {
  method: string
  path: readonly string[]
  query: URLSearchParams
  body: unknown
  who: Who | undefined
}

interface Ports {
  now: () => number
  isActive: (alarm: string) => boolean
  tell: (view: HazardView) => void
}

/** The register of the fake server: the rules of the lifecycle are the server's own, everything is in memory. */
export class FakeHazards {
  /** Key: number. */
  readonly hazards = new Map<number, Hazard>()
  /** Oldest first. */
  readonly steps: StepView[] = []
  readonly files = new Map<number, { view: AttachmentView; number: number; body: Buffer }>()
  /** Key: number. */
  readonly occurrences = new Map<number, HazardDetail['alarms']>()
  /** Hazards that come at once, however many are asked for. */
  most = 500
  /** Answers every action with this. */
  refusing: ErrorCode | undefined
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Puts one on record as it stands. */
  add(given: Partial<Hazard> & Pick<Hazard, 'title'>): Hazard {
    const number = this.hazards.size + 1
    const now = this.#ports.now()
    const hazard: Hazard = {
      ...NEW_HAZARD,
      facility: FACILITY,
      area: null,
      source: 'manual',
      sensor: null,
      alarm: null,
      description: `${given.title}.`,
      kind: 'condition',
      grade: 'general',
      found: now,
      foundBy: 'Li Wei',
      updated: now,
      ...given,
      number,
    }
    this.hazards.set(number, hazard)
    this.step(hazard, { event: 'found', from: null, by: hazard.foundBy, time: hazard.found })
    return hazard
  }

  /** Somebody else does something meanwhile. */
  act(number: number, input: HazardInput, by: string): void {
    const before = this.#get(number)
    const after = { ...act(before, input, this.#acting(before, by, 'admin')), version: before.version + 1 }
    this.hazards.set(number, after)
    const { action, ...detail } = input
    this.step(after, {
      event: action,
      from: before.status,
      by,
      time: this.#ports.now(),
      detail: { ...detail },
    })
    this.#ports.tell(this.view(after))
  }

  view(hazard: Hazard): HazardView {
    const row = { ...rowOf(hazard, REGION, ''), number: hazard.number } as HazardRow
    return hazardView(row, TIMEZONE, this.#ports.now())
  }

  step(
    { number, facility, status }: Pick<Hazard, 'number' | 'facility' | 'status'>,
    done: { event: string; from: string | null; by: string; time: number; detail?: Record<string, unknown> },
  ): void {
    this.steps.push({
      id: this.steps.length + 1,
      subject: 'hazard',
      number,
      facility,
      time: iso(done.time),
      by: done.by,
      event: done.event,
      from: done.from,
      to: status,
      detail: done.detail ?? {},
      journalled: true,
    })
  }

  /** Bytes of an attachment; undefined for what is none. */
  file(path: string): { type: string; body: Buffer } | undefined {
    const id = /^\/api\/v1\/hazards\/\d+\/attachments\/(\d+)$/.exec(path)?.[1]
    const file = this.files.get(Number(id))
    return file === undefined ? undefined : { type: file.view.type, body: file.body }
  }

  /** @returns undefined for what is none of its business */
  answer({ method, path, query, body, who }: Asked): Answer | undefined {
    if (path[0] !== 'hazards' || who === undefined) return undefined
    const number = Number(path[1])
    try {
      if (path[1] === undefined)
        return method === 'GET' ? this.#list(query) : this.#enter(body as NewHazard, who)
      if (path[2] === undefined) return ok(this.#detail(this.#get(number), who))
      if (this.refusing !== undefined) return problem(this.refusing, `hazard ${number} cannot be changed now`)
      return path[2] === 'transitions'
        ? this.#transition(number, body as Transition, who)
        : this.#attach(number, body as NewAttachment, who)
    } catch (error) {
      if (error instanceof CodedError) return problem(error.code, error.message)
      throw error
    }
  }

  #list(query: URLSearchParams): Answer {
    const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER)
    const limit = Math.min(this.most, Number(query.get('limit') ?? 50))
    const is = (name: string, value: string | null | undefined) =>
      query.get(name) === null || query.get(name) === value
    const found = [...this.hazards.values()]
      .map((hazard) => this.view(hazard))
      .filter(
        (view) =>
          view.number < before &&
          (['facility', 'area', 'grade', 'source', 'kind', 'responsible', 'alarm'] as const).every((name) =>
            is(name, view[name]),
          ) &&
          is('colour', view.risk?.colour) &&
          isOf(query.get('status'), view.status) &&
          (query.get('overdue') !== 'true' || view.isOverdue) &&
          (query.get('supervised') !== 'true' || view.supervised !== null) &&
          `${view.title} ${view.description}`.toLowerCase().includes((query.get('q') ?? '').toLowerCase()),
      )
      .sort((a, b) => b.number - a.number)
    const items = found.slice(0, limit)
    const last = items.at(-1)
    return ok(
      found.length > items.length && last !== undefined ? { items, next: String(last.number) } : { items },
    )
  }

  #detail(hazard: Hazard, who: Who): HazardDetail {
    const { number } = hazard
    const { method, bands } = PLAN.risk
    return {
      ...this.view(hazard),
      history: this.steps.filter((step) => step.number === number),
      attachments: [...this.files.values()].filter((file) => file.number === number).map(({ view }) => view),
      alarms: this.occurrences.get(number) ?? [],
      actions: actionsOf(hazard, this.#acting(hazard, who.name, who.role)),
      scale: { method, bands: bands[method], deadlineMs: PLAN.deadlineMs },
    }
  }

  #enter({ by, ...given }: NewHazard, who: Who): Answer {
    const hazard = this.add({ ...given, foundBy: by ?? who.name })
    this.#ports.tell(this.view(hazard))
    return ok(this.view(hazard))
  }

  #transition(number: number, { version, by, deadline, until, ...given }: Transition, who: Who): Answer {
    const before = this.#get(number)
    if (before.version !== version && given.action !== 'comment')
      throw new CodedError('HAZARD_CHANGED', `hazard ${number} is at version ${before.version}`)
    const times = {
      ...(deadline === undefined ? {} : { deadline: Date.parse(deadline) }),
      ...(until === undefined ? {} : { until: Date.parse(until) }),
    }
    const person = by ?? who.name
    const next = act(before, { ...given, ...times }, this.#acting(before, person, who.role))
    const after = given.action === 'comment' ? before : { ...next, version: before.version + 1 }
    this.hazards.set(number, after)
    const { action, ...detail } = { ...given, ...(deadline === undefined ? {} : { deadline }) }
    this.step(after, { event: action, from: before.status, by: person, time: this.#ports.now(), detail })
    this.#ports.tell(this.view(after))
    return ok(this.view(after))
  }

  #attach(number: number, { name, content, by }: NewAttachment, who: Who): Answer {
    const hazard = this.#get(number)
    const body = Buffer.from(content, 'base64')
    const id = this.files.size + 1
    const view: AttachmentView = {
      id,
      name,
      type: name.endsWith('.png') ? 'image/png' : 'application/pdf',
      size: body.length,
      sha256: '0'.repeat(64),
      by: by ?? who.name,
      time: iso(this.#ports.now()),
    }
    this.files.set(id, { view, number, body })
    const done = { event: 'attachment', from: hazard.status, by: view.by, time: this.#ports.now() }
    this.step(hazard, { ...done, detail: { name } })
    return ok(view)
  }

  #get(number: number): Hazard {
    const hazard = this.hazards.get(number)
    if (hazard === undefined) throw new CodedError('HAZARD_UNKNOWN', `no hazard ${number}`)
    return hazard
  }

  #acting(hazard: Hazard, by: string, role: Who['role']) {
    const isCauseStanding = hazard.alarm !== null && this.#ports.isActive(hazard.alarm)
    return { by, role, now: this.#ports.now(), plan: PLAN, isCauseStanding }
  }
}

function isOf(asked: string | null, status: string): boolean {
  if (asked === 'open') return status !== 'closed'
  return asked === null || asked.split(',').includes(status)
}
