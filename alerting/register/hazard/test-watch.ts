import type { DueView } from '../../../contracts/calibration-api.ts'
import { parseDuration } from '../../../contracts/duration.ts'
import { formatIso, parseIso } from '../../../contracts/iso-time.ts'
import type { HazardRule } from '../../../contracts/register/plan.ts'
import type { StateStore } from '../../journal/state-store.ts'
import type { HazardFinding, RegisterPlace } from '../context.ts'
import { alarmFinding, rulesFor } from './alarm-finding.ts'
import { causeOf } from './cause.ts'

/** Tests come and fall due slowly, ms. */
const LOOK_MS = 60 * 60_000
const PAGE = 100
/** Where it is kept since when a facility is watched: an alarm that was never tested is due from there. */
const SINCE = 'test-watch'

interface TestWatchOptions {
  places: () => ReadonlyMap<string, RegisterPlace>
  states: Pick<StateStore, 'tests' | 'keep' | 'kept'>
  /** Epoch ms. */
  now: () => number
}

/**
 * Finds alarms whose bump or proof test is overdue, since the interval of their rationalization is over, and detectors
 * whose calibration or bump test is, by the due list of docs/calibration.md.
 */
export class TestWatch {
  readonly #options: TestWatchOptions
  #looked = Number.NEGATIVE_INFINITY

  constructor(options: TestWatchOptions) {
    this.#options = options
  }

  /** Once an hour, by the rules `test-overdue` of each facility. */
  async look(): Promise<HazardFinding[]> {
    const { places, now } = this.#options
    if (now() < this.#looked + LOOK_MS) return []
    this.#looked = now()
    const found: HazardFinding[] = []
    for (const place of places().values()) {
      const rules = place.facility.register.rules.filter(({ when }) => when === 'test-overdue')
      if (rules.length > 0) found.push(...(await this.#ofPlace(place, rules)))
    }
    return found
  }

  /** Whether the test of an alarm is overdue now. */
  async isOverdue(place: RegisterPlace, alarm: string): Promise<boolean> {
    const { alarms } = place
    const sensor = alarms.config(alarm)?.sensor
    if (sensor !== undefined && overdueOf(place, sensor) !== undefined) return true
    const interval = intervalOf(place, alarm)
    if (interval === undefined) return false
    const last = (await this.#lastTests(place.facility.id)).get(alarm)
    const since = last ?? (await this.#since(place.facility.id))
    return since + interval < this.#options.now()
  }

  async #ofPlace(place: RegisterPlace, rules: readonly HazardRule[]): Promise<HazardFinding[]> {
    const { alarms, facility } = place
    const now = this.#options.now()
    const [last, since] = await Promise.all([this.#lastTests(facility.id), this.#since(facility.id)])
    const found: HazardFinding[] = []
    for (const { config } of alarms.entries()) {
      const interval = intervalOf(place, config.id)
      const view = interval === undefined ? undefined : alarms.view(config.id)
      if (interval === undefined || view === undefined) continue
      const due = (last.get(config.id) ?? since) + interval
      const rule = rulesFor(rules, view, ['test-overdue']).find(({ forMs }) => due + forMs < now)
      if (rule === undefined) continue
      found.push({
        ...alarmFinding(rule, view, { occurrence: `${config.id}!test@${due}`, time: now }),
        cause: causeOf.test(config.id),
        title: rule.title ?? `${view.sensorName}: test of ${config.id} overdue`,
        description: `${config.id} was to be tested by ${formatIso(due, facility.timezone)}`,
      })
    }
    return [...found, ...this.#ofDetectors(place, rules)]
  }

  /** One for each detector, by its first alarm that a rule is for. */
  #ofDetectors(place: RegisterPlace, rules: readonly HazardRule[]): HazardFinding[] {
    const now = this.#options.now()
    const found = new Map<string, HazardFinding>()
    for (const { config } of place.alarms.entries()) {
      const { sensor } = config
      const overdue = found.has(sensor) ? undefined : overdueOf(place, sensor)
      const view = overdue && place.alarms.view(config.id)
      if (overdue === undefined || view === undefined) continue
      const due = parseIso(overdue.due) ?? now
      const rule = rulesFor(rules, view, ['test-overdue']).find(({ forMs }) => due + forMs < now)
      if (rule === undefined) continue
      const what = overdue.kind === 'bump' ? 'bump test' : 'calibration'
      const state = overdue.lastResult === 'fail' ? 'failed' : 'overdue'
      found.set(sensor, {
        ...alarmFinding(rule, view, { occurrence: `${sensor}!${overdue.kind}@${due}`, time: now }),
        cause: causeOf.test(sensor),
        title: rule.title ?? `${view.sensorName}: ${what} ${state}`,
        description: `${sensor}: ${what} ${state === 'failed' ? 'failed on' : 'was due by'} ${overdue.due}`,
      })
    }
    return [...found.values()]
  }

  /** When each alarm last answered to a test, epoch ms. Key: alarm. */
  async #lastTests(facility: string): Promise<Map<string, number>> {
    const last = new Map<string, number>()
    for (let before: number | undefined; ; ) {
      const tests = await this.#options.states.tests({
        facility,
        isRunning: false,
        limit: PAGE,
        ...(before === undefined ? {} : { before }),
      })
      for (const { ended, sensors } of tests)
        for (const { alarms } of sensors)
          for (const { alarm, raised } of alarms)
            if (raised !== null && ended !== null) last.set(alarm, Math.max(last.get(alarm) ?? 0, ended))
      before = tests.at(-1)?.number
      if (tests.length < PAGE || before === undefined) return last
    }
  }

  async #since(facility: string): Promise<number> {
    const { states, now } = this.#options
    const kept = await states.kept(facility, SINCE)
    if (kept !== undefined) return Number(kept)
    const since = now()
    await states.keep(facility, SINCE, String(since))
    return since
  }
}

function intervalOf({ alarms }: RegisterPlace, alarm: string): number | undefined {
  const text = alarms.config(alarm)?.rationalization?.testInterval
  return text === undefined ? undefined : parseDuration(text)
}

function overdueOf({ detectors, facility }: RegisterPlace, sensor: string): DueView | undefined {
  if (!facility.sensors.has(sensor)) return undefined
  return detectors.calibrations.due({ sensor, withinMs: 0 }).find(({ state }) => state === 'overdue')
}
