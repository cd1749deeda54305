import type { Facility } from '../../contracts/facility.ts'
import type { LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'
import type { StatusPoint } from '../../contracts/store.ts'
import type { FacilityIntake } from '../facility-intake.ts'
import type { GatewayWatch } from '../intake/gateway-watch.ts'
import type { LoopDelay } from '../metrics/loop-delay.ts'
import { gatewayPoints } from './gateway-points.ts'
import type { PicturedPlace } from './picture.ts'
import { facilityNumbers, ServerNumbers, type ServerSources } from './pipeline-numbers.ts'
import { pipelinePoint } from './pipeline-point.ts'
import type { WriteNow } from './write-now.ts'

/** The loss ledger is asked for this often, ms: it has minutes. */
const LEDGER_MS = 60_000
/** And of so long, ms. */
const LEDGER_WINDOW_MS = 86_400_000

/** A facility, as far as its intake is told about. */
export interface StatusPlace extends Pick<PicturedPlace, 'board'> {
  readonly intake: Pick<FacilityIntake, 'facility' | 'intake' | 'foreign'>
}

export interface StatusSources extends ServerSources {
  places: () => Iterable<StatusPlace>
  /** Backlog batches that an online gateway may have under way. */
  credit: { of(watch: GatewayWatch): number }
  states: { ledger(query: LedgerQuery): Promise<LedgerSum[]> }
  write: WriteNow
}

/** Writes what gateways and the server say of themselves. It is a picture of the moment: nothing is kept for later. */
export class StatusWriter {
  readonly #sources: StatusSources
  readonly #server: ServerNumbers
  /** Key: facility, a space and gateway. */
  #ledger: ReadonlyMap<string, LedgerSum> = new Map()
  #ledgerAt = Number.NEGATIVE_INFINITY

  constructor(sources: StatusSources, loop: Pick<LoopDelay, 'takeP99'>) {
    this.#sources = sources
    this.#server = new ServerNumbers(sources, loop)
  }

  /** Of now, epoch ms. */
  async write(time: number): Promise<void> {
    const own = await this.#server.take()
    await this.#lookIntoLedger(time)
    const points: StatusPoint[] = []
    for (const place of this.#sources.places()) {
      const { facility } = place.intake
      points.push(...this.#gateways(place, facility, time))
      const numbers = { ...own, ...facilityNumbers(place, (watch) => this.#creditOf(watch)) }
      points.push(pipelinePoint(facility.id, numbers, time))
    }
    await this.#sources.write(points)
  }

  #gateways({ intake: { intake } }: StatusPlace, facility: Facility, time: number): StatusPoint[] {
    const views = new Map(intake.views().map((view) => [view.id, view]))
    return facility.gateways.flatMap((gateway) => {
      const [view, watch] = [views.get(gateway.id), intake.watches.get(gateway.id)]
      if (view === undefined || watch === undefined) return []
      const { dropped, isCloned } = watch
      const ledger = this.#ledger.get(`${facility.id} ${gateway.id}`)
      return gatewayPoints(view, gateway, time, { credit: this.#creditOf(watch), isCloned, dropped, ledger })
    })
  }

  #creditOf(watch: GatewayWatch): number {
    return watch.state === 'online' ? this.#sources.credit.of(watch) : 0
  }

  async #lookIntoLedger(time: number): Promise<void> {
    if (Math.abs(time - this.#ledgerAt) < LEDGER_MS) return
    this.#ledgerAt = time
    const window = { from: time - LEDGER_WINDOW_MS, to: time }
    // What cannot be asked for is left out, and everything else is told all the same.
    const sums = await this.#sources.states.ledger(window).catch(() => [])
    this.#ledger = new Map(sums.map((sum) => [`${sum.facility} ${sum.gateway}`, sum]))
  }
}
