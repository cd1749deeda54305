import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import type { ReportPlan } from '../../../contracts/register/report-plan.ts'
import type { RegisterContext } from '../context.ts'
import { type ReportKey, type ReportKeys, readReportKeys } from './report-keys.ts'

/** A plant that this server evaluates, as far as public reports go. */
export interface ReportPlace {
  readonly facility: Facility
  readonly plan: ReportPlan
  readonly keys: ReportKeys
}

/** One that takes reports. */
export interface OpenPlace extends ReportPlace {
  readonly key: ReportKey
}

/** The plants of this server with their keys, which are read again when their file is. */
export class ReportPlaces {
  readonly #places: RegisterContext['places']
  readonly #logger: RegisterContext['logger']
  readonly #keys = new WeakMap<Facility, ReportKeys>()

  constructor({ places, logger }: Pick<RegisterContext, 'places' | 'logger'>) {
    this.#places = places
    this.#logger = logger
  }

  /** For a start, which is given up rather than go on without a key. @throws CodedError SECRET_UNREADABLE or REPORT_KEY_INVALID */
  check(): void {
    for (const { facility } of this.#places().values()) this.#keys.set(facility, readReportKeys(facility))
  }

  /** @throws CodedError FACILITY_UNKNOWN for one that this server does not evaluate */
  of(id: string): ReportPlace {
    const found = this.#places().get(id)
    if (found === undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${id}"`)
    const { facility } = found
    const keys = this.#keys.get(facility) ?? this.#readAgain(facility)
    return { facility, plan: facility.register.reports, keys }
  }

  all(): ReportPlace[] {
    return [...this.#places().keys()].map((id) => this.of(id))
  }

  /** Those that take reports, in the order of the server. */
  open(): OpenPlace[] {
    return this.all().flatMap((place) => {
      const { current } = place.keys
      return place.plan.isOpen && current !== undefined ? [{ ...place, key: current }] : []
    })
  }

  /** The one that a report is for. @throws CodedError REPORT_CLOSED */
  openFor(id: string | undefined): OpenPlace {
    const found = this.open().find(({ facility }) => id === undefined || facility.id === id)
    if (found === undefined)
      throw new CodedError('REPORT_CLOSED', id === undefined ? 'no plant takes reports' : `facility "${id}"`)
    return found
  }

  /** Of a file that came with a reload: without its keys the plant takes no reports, and the others go on. */
  #readAgain(facility: Facility): ReportKeys {
    let keys: ReportKeys = { current: undefined, all: new Map() }
    try {
      keys = readReportKeys(facility)
    } catch (error) {
      this.#logger.error({ facility: facility.id, error: String(error) }, 'the plant takes no public reports')
    }
    this.#keys.set(facility, keys)
    return keys
  }
}
