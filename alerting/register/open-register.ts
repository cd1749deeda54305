import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Stream } from '../api/stream.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { StepStore } from '../journal/step-table.ts'
import type { People } from '../people/people.ts'
import { canSignIn, isInScope, personKey } from '../people/person.ts'
import { AttachmentDesk } from './attachment/attachment-desk.ts'
import type { RegisterContext, RegisterPlace } from './context.ts'
import { FacilityBook } from './facility-book.ts'
import { AlarmWatch } from './hazard/alarm-watch.ts'
import { HazardDesk } from './hazard/hazard-desk.ts'
import { FindingBook } from './hazard/hazard-opener.ts'
import { HazardStore } from './hazard/hazard-store.ts'
import { TestWatch } from './hazard/test-watch.ts'
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
  random: (bytes: number) => Buffer
  clock: Clock
  steady: { now(): number }
  logger: Logger
}

/** The register at work. */
export interface OpenRegister extends Register {
  /** Facilities have come, gone or changed. */
  follow(): Promise<void>
  /** From now on alarms become hazards. */
  start(): Promise<void>
  /** What was done stands in the journal; alarms become hazards at the next start. */
  stop(): Promise<void>
  /** The journal of alarms has grown. */
  note(): void
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
    logger,
  })
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
  const store = new HazardStore([exporter.follow])
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
  const tests = new TestWatch({ places, states, now })
  const hazards = new HazardDesk({
    ...context,
    store,
    facilities,
    attachments: new AttachmentDesk(),
    tests,
    isKnown: people && ((name, facility) => isPerson(people, name, facility)),
    tell: (view) => stream.send('hazard', view),
  })
  const reports = new ReportDesk(context, facilities)
  const watch = await AlarmWatch.open({
    ...context,
    states,
    tests,
    changed: (numbers) =>
      void hazards
        .changed(numbers)
        .catch((error: unknown) => logger.debug({ error: String(error) }, 'a hazard was not told')),
  })
  let isLive = false
  const follow = () =>
    facilities.enter(
      places()
        .values()
        .map(({ facility }) => facility),
      now(),
    )
  return {
    hazards,
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
      await steps.settled()
    },
    note: () => {
      if (!isLive) return
      watch.note()
      exporter.note()
    },
    look: async () => {
      await watch.look()
      await reports.contacts.look()
      await steps.settled()
    },
  }
}

function isPerson({ book }: People, name: string, facility: string): boolean {
  const person = book.person(personKey(name))
  return person !== undefined && canSignIn(person) && isInScope(person.facilities, facility)
}
