import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Stream } from '../api/stream.ts'
import type { Told } from '../journal/journal-queue.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { StepStore } from '../journal/step-table.ts'
import type { People } from '../people/people.ts'
import { canSignIn, isInScope, personKey } from '../people/person.ts'
import { AttachmentDesk } from './attachment/attachment-desk.ts'
import type { RegisterContext, RegisterPlace } from './context.ts'
import { FacilityBook } from './facility-book.ts'
import { FacilityMoves } from './figures/facility-moves.ts'
import { FiguresDesk } from './figures/figures-desk.ts'
import { HazardSums } from './figures/hazard-sums.ts'
import { HazardTally } from './figures/tally.ts'
import { AlarmWatch } from './hazard/alarm-watch.ts'
import { HazardDesk } from './hazard/hazard-desk.ts'
import { FindingBook } from './hazard/hazard-opener.ts'
import { HazardStore } from './hazard/hazard-store.ts'
import { TestWatch } from './hazard/test-watch.ts'
import { IncidentDesk, type IncidentDeskOptions } from './incident/incident-desk.ts'
import { IncidentWatch } from './incident/incident-watch.ts'
import { ResponseDesk } from './incident/response-desk.ts'
import { InspectionDesk } from './inspection/inspection-desk.ts'
import { InspectionPlans } from './inspection/inspection-plans.ts'
import { InspectionWatch } from './inspection/inspection-watch.ts'
import { inventoriesOf } from './map/inventory.ts'
import { RiskMapDesk } from './map/risk-map-desk.ts'
import { CarrierThread } from './outbound/carrier/carrier-thread.ts'
import { ExportDesk } from './outbound/export-desk.ts'
import { Exporter, type ExportFigures } from './outbound/exporter.ts'
import type { Register } from './register.ts'
import { ReportDesk } from './report/report-desk.ts'
import { StepBook } from './step-book.ts'
import { type RegisterPlace as DatabasePlace, openRegisterDatabase } from './store/open-register.ts'

interface Opening {
  /** Where its database is. */
  database: DatabasePlace
  states: Pick<StateStore, 'after' | 'lastSeq' | 'journal' | 'keep' | 'kept' | 'tests'> & StepStore
  /** Those that are heard. Key: facility. */
  places: () => ReadonlyMap<string, RegisterPlace>
  stream: Pick<Stream, 'send'>
  people: People | undefined
  /** Hazards of the facility have changed. Must not throw. */
  changed?: (facility: string) => void
  random: (bytes: number) => Buffer
  clock: Clock
  steady: { now(): number }
  logger: Logger
}

/** The register at work. */
export interface OpenRegister extends Register {
  /** For dashboards. */
  readonly sums: HazardSums
  readonly map: RiskMapDesk
  /** Facilities have come, gone or changed. */
  follow(): Promise<void>
  /** From now on alarms become hazards. */
  start(): Promise<void>
  /** What was done stands in the journal; alarms become hazards at the next start. */
  stop(): Promise<void>
  /** The journal of alarms has grown, by this. */
  note(told: Pick<Told, 'event' | 'alarm'>): void
  /** How it is with outside registers, for /metrics. */
  exportFigures(): ExportFigures[]
  /** The wall clock was stepped by so many ms. */
  clockStepped(step: number): void
  /** What falls due by the clock: call again and again. */
  look(): Promise<void>
}

/** Rules that wait are looked at this often, ms. */
export const LOOK_MS = 5_000

/** Opens the database and all that works with it; closed with the stack. @throws CodedError of the database */
export async function openRegister(stack: AsyncDisposableStack, opening: Opening): Promise<OpenRegister> {
  const { states, places, stream, people, random, clock, steady, logger } = opening
  const { db, dialect, close } = await openRegisterDatabase({ ...opening.database, clock, logger })
  stack.defer(close)
  const now = () => steady.now()
  const steps = new StepBook({
    db,
    facilities: () =>
      new Map(
        places()
          .values()
          .map(({ facility }) => [facility.id, facility.timezone]),
      ),
    enter: async (facility, entries) =>
      states.enterSteps({
        facility,
        timezone: places().get(facility)?.facility.timezone ?? 'UTC',
        recorded: now(),
        entries,
      }),
    told: (steps) =>
      void hazards
        .tell(steps.filter(({ subject }) => subject === 'hazard').map(({ number }) => number))
        .catch((error: unknown) => logger.debug({ error: String(error) }, 'a hazard was not told')),
    logger,
  })
  const tally = new HazardTally(db)
  const exporter = await Exporter.open({
    db,
    places,
    states,
    carrier: new CarrierThread({ logger }),
    report: async (facility, sensor, value) => places().get(facility)?.alarms.report?.(sensor, value),
    now,
    random: () => random(4).readUInt32BE() / 2 ** 32,
    logger,
  })
  const store = new HazardStore([tally.follow, exporter.follow])
  const context: RegisterContext = {
    db,
    dialect,
    places,
    steps,
    hazards: new FindingBook({ store, steps, places }),
    now,
    random,
    logger,
  }
  const facilities = new FacilityBook(db)
  const attachments = new AttachmentDesk()
  const tests = new TestWatch({ places, states, now })
  const isKnown = people && ((name: string, facility: string) => isPerson(people, name, facility))
  const hazards = new HazardDesk({
    ...context,
    store,
    facilities,
    attachments,
    tests,
    isKnown,
    tell: (view) => {
      stream.send('hazard', view)
      opening.changed?.(view.facility)
    },
  })
  const reports = new ReportDesk(context, facilities)
  const incidentOptions: IncidentDeskOptions = {
    ...context,
    facilities,
    attachments,
    isKnown,
    tell: (view) => stream.send('incident', view),
  }
  const incidents = new IncidentDesk(incidentOptions)
  const response = new ResponseDesk(incidentOptions, incidents)
  const incidentWatch = new IncidentWatch(incidentOptions, incidents, response)
  const watch = await AlarmWatch.open({ ...context, states, tests })
  const inspectionWatch = new InspectionWatch(context)
  let isLive = false
  let isFollowed = false
  const moves = new FacilityMoves(db, now)
  // A database that is away keeps no server from starting: the next look tries again.
  const follow = async () => {
    isFollowed = false
    try {
      const entered = Array.from(places().values(), ({ facility }) => facility)
      await moves.enter(entered)
      await facilities.enter(entered, now())
      isFollowed = true
    } catch (error) {
      logger.warn({ error: String(error) }, 'the register does not know the facilities as they are now')
    }
  }
  /** Each looks whatever became of the others. */
  const looks: readonly (() => Promise<unknown>)[] = [
    async () => isFollowed || follow(),
    () => watch.look(),
    () => reports.contacts.look(),
    () => inspectionWatch.look(),
    () => incidentWatch.look(),
    () => steps.settled(),
    () => tally.fold(),
  ]
  return {
    hazards,
    inspections: new InspectionDesk({ ...context, facilities, attachments }),
    inspectionPlans: new InspectionPlans(context),
    incidents,
    response,
    figures: new FiguresDesk(context, tally),
    map: new RiskMapDesk(context, inventoriesOf),
    sums: new HazardSums(context),
    exports: new ExportDesk(context, exporter),
    exportFigures: () => exporter.figures(),
    clockStepped: (step) => exporter.clockStepped(step),
    reports,
    entries: (query) => states.stepEntries(query),
    follow,
    start: async () => {
      reports.check()
      await follow()
      isLive = true
      void steps.settled()
      watch.note()
      exporter.start()
    },
    stop: async () => {
      isLive = false
      await exporter.close()
      await watch.close()
      await incidentWatch.settled()
      await steps.settled()
    },
    note: (told) => {
      if (!isLive) return
      watch.note()
      incidentWatch.note(told)
      exporter.note()
    },
    look: async () => {
      for (const each of looks)
        try {
          await each()
        } catch (error) {
          logger.warn({ error: String(error) }, 'a part of the register did not look at what is due')
        }
    },
  }
}

function isPerson({ book }: People, name: string, facility: string): boolean {
  const person = book.person(personKey(name))
  return person !== undefined && canSignIn(person) && isInScope(person.facilities, facility)
}
