import type { AlarmView } from '../contracts/api.ts'
import type { SteadyClock } from '../contracts/clock.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import { AlarmBoard } from './alarm-board.ts'
import { AlarmService, type AlarmServiceOptions } from './alarm-service.ts'
import { Announcer } from './announcer.ts'
import type { Stream } from './api/stream.ts'
import { Detectors, type DetectorsOptions } from './detectors/detectors.ts'
import { FloodWatch } from './flood-watch.ts'
import type { Told } from './journal/journal-queue.ts'
import type { StateStore } from './journal/state-store.ts'

interface Opening extends Pick<AlarmServiceOptions, 'checkpoint' | 'unsynced' | 'onRaised'> {
  facility: Facility
  /** As its file says now. */
  current: () => Facility
  states: StateStore & DetectorsOptions['states']
  stream: Stream
  /** Of an alarm: its retained topic. */
  publish: (view: AlarmView) => void
  /** What a sensor is shown with. */
  latest: (sensor: string) => Reading | undefined
  /** Everybody else who is told what the journal tells. */
  heard: (told: Told) => void
  steady: SteadyClock
  logger: Logger
}

/** The alarms of one facility, and all that follows them closely. */
export interface OpenAlarms {
  readonly alarms: AlarmService
  readonly board: AlarmBoard
  readonly floods: FloodWatch
  readonly announcer: Announcer
  readonly detectors: Detectors
}

/** As the last run left them; nothing is told yet that was told before. */
export async function openAlarms(opening: Opening): Promise<OpenAlarms> {
  const { facility, current, states, stream, publish, latest, heard, steady, logger } = opening
  const { checkpoint, unsynced, onRaised } = opening
  const floods = await FloodWatch.open({
    facility: current,
    states,
    now: () => steady.now(),
    tell: (view) => stream.send('flood', view),
  })
  let service: AlarmService | undefined
  let detectors: Detectors | undefined
  const announcer = new Announcer({
    facility: current,
    stream,
    view: (alarm) => service?.view(alarm),
    publish,
    latest,
  })
  const alarms = await AlarmService.start({
    facility,
    states,
    clock: steady,
    tell: (told) => {
      announcer.alarm(told)
      floods.note(told)
      detectors?.note(told)
      heard(told)
    },
    logger,
    ...(unsynced === undefined ? {} : { unsynced }),
    ...(onRaised === undefined ? {} : { onRaised }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  })
  service = alarms
  detectors = await Detectors.open({
    facility: current,
    states,
    now: () => steady.now(),
    report: (sensor, value) => alarms.report(sensor, value),
    logger,
  })
  return { alarms, board: new AlarmBoard(alarms), floods, announcer, detectors }
}
