import type { Bus, PolledSensor } from '../../contracts/facility.ts'
import type { Conduct } from '../device/conduct.ts'
import { type Meaning, statusKey } from '../device/status-key.ts'
import { type ActiveFault, concerns, DEFAULT_DELAY_MS, DEFAULT_SILENCE_MS } from './fault.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { FrameFault } from './faulty-wire.ts'

/** How a device does, as its faults have it. */
export interface DeviceCondition extends Conduct {
  /** When it was switched on last, ms of simulated time; undefined: as before. */
  readonly bootedMs?: number
  readonly isHeartStill: boolean
}

/** Key: the kind; value: the exception. */
const EXCEPTIONS: Readonly<Partial<Record<FaultKind, number>>> = {
  'exception-2': 2,
  'exception-4': 4,
  'exception-5': 5,
  'exception-6': 6,
  'exception-10': 10,
  'exception-11': 11,
}

/** Key: the kind; value: what the device says of its sensors meanwhile. */
const MEANINGS: Readonly<Partial<Record<FaultKind, Meaning>>> = {
  'warm-up': 'warm-up',
  inhibit: 'inhibited',
  calibration: 'calibrating',
  reboot: 'warm-up',
}

export function conditionOf(faults: readonly ActiveFault[], bus: Bus, timeMs: number): DeviceCondition {
  let isSilent = false
  let isHeartStill = false
  let exception: number | undefined
  let bootedMs: number | undefined
  const frameFaults: FrameFault[] = []
  for (const { fault, startedMs } of faults) {
    exception ??= EXCEPTIONS[fault.kind]
    switch (fault.kind) {
      case 'no-answer':
        isSilent = true
        break
      case 'reboot':
        bootedMs = startedMs + (fault.silenceMs ?? DEFAULT_SILENCE_MS)
        if (timeMs < bootedMs) isSilent = true
        break
      case 'frozen-heartbeat':
        isHeartStill = true
        break
      case 'late-answer':
        frameFaults.push({ kind: fault.kind, delayMs: bus.timeoutMs + (fault.delayMs ?? DEFAULT_DELAY_MS) })
        break
      case 'merged':
        frameFaults.push({ kind: fault.kind, surplus: fault.surplus ?? 'answer' })
        break
      case 'crc-error':
      case 'truncated':
      case 'wrong-unit':
      case 'wrong-function':
      case 'foreign-frame':
      case 'echo':
        frameFaults.push({ kind: fault.kind })
        break
    }
  }
  return {
    isSilent,
    isHeartStill,
    frameFaults,
    ...(exception === undefined ? {} : { exception }),
    ...(bootedMs === undefined ? {} : { bootedMs }),
  }
}

/** What the device says of a sensor. */
export function meaningOf(faults: readonly ActiveFault[], { id, status }: PolledSensor): Meaning {
  for (const active of faults) {
    const meaning = MEANINGS[active.fault.kind]
    const isSaid = meaning !== undefined && status.some((rule) => statusKey(rule, meaning) !== undefined)
    if (isSaid && concerns(active, id)) return meaning
  }
  return 'good'
}
