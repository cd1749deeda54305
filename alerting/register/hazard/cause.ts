import { alarmId } from '../../../contracts/ids.ts'
import type { RegisterPlace } from '../context.ts'
import type { Hazard } from './hazard.ts'

/**
 * Whether what a hazard came of is still there. An alarm that cannot be seen, since its readings are bad or missing,
 * stands: bad data clears nothing. One that the facility file has no more does not.
 */
export function isCauseStanding(
  { source, alarm }: Pick<Hazard, 'source' | 'alarm'>,
  { alarms }: Pick<RegisterPlace, 'alarms'>,
): boolean {
  const view = alarm === null ? undefined : alarms.view(alarm)
  if (view === undefined) return false
  switch (source) {
    case 'bypass':
      return view.shelved !== null || view.suppressed.some(({ cause }) => cause === null)
    case 'out-of-service':
      return view.outOfService !== null
    case 'overdue-test':
      // The register of tests says when the next is due: see TestWatch.
      return false
    default:
      return view.condition === 'unknown' || !(view.live === 'NORM' || view.live === 'RTNUN')
  }
}

/** What a hazard of an alarm has as its cause. */
export const causeOf = {
  alarm: (alarm: string) => `alarm:${alarm}`,
  bypass: (alarm: string) => `bypass:${alarm}`,
  outOfService: (alarm: string) => `out-of-service:${alarm}`,
  test: (sensor: string) => `test:${alarmId(sensor, 'TEST')}`,
}
