import type { Facility } from '../../contracts/facility.ts'
import { DeliveryMarks } from './delivery-marks.ts'

/** Where the server keeps small texts between starts. */
export interface Keeper {
  keep(facility: string, name: string, body: string): Promise<void>
  kept(facility: string, name: string): Promise<string | undefined>
}

/** What has been applied of each gateway, kept between starts; written only when it changed. */
export class KeptMarks {
  readonly #keeper: Keeper
  /** Key: facility, a space, gateway. What was written last. */
  readonly #written = new Map<string, string>()

  constructor(keeper: Keeper) {
    this.#keeper = keeper
  }

  /** Key of the result: gateway id. */
  async load(facility: Facility): Promise<Map<string, DeliveryMarks>> {
    const marks = new Map<string, DeliveryMarks>()
    for (const { id } of facility.gateways) {
      marks.set(id, DeliveryMarks.parse(await this.#keeper.kept(facility.id, `marks/${id}`)))
    }
    return marks
  }

  async save(facility: string, marks: Iterable<readonly [string, DeliveryMarks]>): Promise<void> {
    for (const [gateway, mark] of marks) {
      const key = `${facility} ${gateway}`
      const body = JSON.stringify(mark)
      if (this.#written.get(key) === body) continue
      await this.#keeper.keep(facility, `marks/${gateway}`, body)
      this.#written.set(key, body)
    }
  }
}
