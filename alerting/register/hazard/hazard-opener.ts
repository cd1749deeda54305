import { CodedError } from '../../../contracts/errors.ts'
import type { HazardFinding, HazardOpener, RegisterPlace, Steps } from '../context.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { type Hazard, NEW_HAZARD } from './hazard.ts'
import { hazardOf } from './hazard-row.ts'
import type { HazardStore } from './hazard-store.ts'
import { majorRule } from './risk.ts'

interface OpenerOptions {
  store: HazardStore
  steps: Steps
  places: () => ReadonlyMap<string, RegisterPlace>
}

/** Makes hazards of what people and rules find: one open hazard per cause, to which all that comes later belongs. */
export class FindingBook implements HazardOpener {
  readonly #options: OpenerOptions

  constructor(options: OpenerOptions) {
    this.#options = options
  }

  /** @throws CodedError FACILITY_UNKNOWN */
  async open(trx: RegisterTrx, finding: HazardFinding): Promise<{ number: number; isNew: boolean }> {
    const { store } = this.#options
    const { facility, cause } = finding
    const place = this.#options.places().get(facility)
    if (place === undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${facility}"`)
    const open = cause === undefined ? undefined : await store.ofCause(trx, facility, cause)
    if (open !== undefined) {
      await this.#attach(trx, hazardOf(open), finding, place)
      return { number: open.number, isNew: false }
    }
    const hazard = await store.insert(trx, foundHazard(finding, place), place.facility)
    const { occurrence, address, by, found, source, rule, detail = {} } = finding
    await this.#options.steps.add(trx, {
      subject: 'hazard',
      number: hazard.number,
      facility,
      time: found,
      by,
      address,
      event: 'found',
      from: null,
      to: 'found',
      detail: {
        source,
        title: hazard.title,
        ...(rule === undefined ? {} : { rule }),
        ...(occurrence === undefined ? {} : { occurrence: occurrence.id }),
        ...detail,
      },
    })
    if (occurrence !== undefined) await note(trx, facility, hazard.number, occurrence)
    return { number: hazard.number, isNew: true }
  }

  /** What belongs to a hazard already changes nothing; a rule that weighs more makes it major. */
  async #attach(
    trx: RegisterTrx,
    hazard: Hazard,
    finding: HazardFinding,
    place: RegisterPlace,
  ): Promise<void> {
    const { store, steps } = this.#options
    const { facility, occurrence, found, by, grade, rule, detail = {} } = finding
    if (occurrence !== undefined && !(await note(trx, facility, hazard.number, occurrence))) return
    const row = await store.get(trx, hazard.number)
    const isMajor = grade === 'major' && hazard.grade !== 'major'
    await store.update(
      trx,
      row,
      {
        ...hazard,
        occurrences: hazard.occurrences + (occurrence === undefined ? 0 : 1),
        ...(isMajor ? { grade: 'major', majorBy: rule ?? null } : {}),
        updated: found,
      },
      place.facility,
    )
    await steps.add(trx, {
      subject: 'hazard',
      number: hazard.number,
      facility,
      time: found,
      by,
      event: 'alarm-attached',
      from: hazard.status,
      to: hazard.status,
      detail: { ...(occurrence === undefined ? {} : { occurrence: occurrence.id }), ...detail },
    })
  }
}

function foundHazard(finding: HazardFinding, { facility }: RegisterPlace): Hazard {
  const { source, area, sensor, alarm, title, description, kind, grade, found, by, rule, cause } = finding
  const hazard: Hazard = {
    ...NEW_HAZARD,
    facility: facility.id,
    area: area ?? (sensor === undefined ? undefined : facility.sensors.get(sensor)?.area) ?? null,
    source,
    rule: rule ?? null,
    cause: cause ?? null,
    sensor: sensor ?? null,
    alarm: alarm ?? null,
    title,
    description,
    kind,
    grade,
    found,
    foundBy: by,
    occurrences: finding.occurrence === undefined ? 0 : 1,
    updated: found,
  }
  const major = majorRule(facility.register.major, hazard)
  return major === undefined ? hazard : { ...hazard, grade: 'major', majorBy: major.id }
}

/** Whether it is one that the hazard did not have. */
async function note(
  trx: RegisterTrx,
  facility: string,
  number: number,
  { id, alarm, time }: NonNullable<HazardFinding['occurrence']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('hazard_occurrence')
    .values({ facility, occurrence: id, number, alarm, time })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}
