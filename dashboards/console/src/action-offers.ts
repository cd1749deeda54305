import type { AlarmAction } from '../../../contracts/alarm.ts'
import type { ClassView } from '../../../contracts/alarm-detail-api.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import { isLoud } from './annunciation.ts'
import type { Values } from './language.ts'
import type { TextKey } from './texts.ts'

/** Why an action is not offered, where a person would look for it. */
export interface Forbidden {
  text: TextKey
  values: Values
}

/** What can be done to an alarm as it stands. */
export interface Offers {
  actions: readonly AlarmAction[]
  forbidden: readonly Forbidden[]
}

/**
 * What its state and its class allow; what the class forbids is said instead. Without the class everything
 * is offered and the server decides.
 */
export function offersFor(alarm: AlarmView, of: ClassView | undefined): Offers {
  const actions: AlarmAction[] = []
  const forbidden: Forbidden[] = []
  if (alarm.ack === 'unacked') actions.push('acknowledge')
  if (isLoud(alarm) && !alarm.silenced) actions.push('silence')
  if (alarm.live === 'LATCH_ACK') actions.push('reset')
  else if (alarm.live === 'LATCH_UNACK') forbidden.push({ text: 'acknowledgeFirst', values: {} })
  else if (alarm.latched) forbidden.push({ text: 'resetWhileActive', values: {} })
  if (alarm.shelved !== null) actions.push('unshelve')
  else if (of?.shelving === 'never') forbidden.push({ text: 'classNeverShelved', values: { class: of.id } })
  else actions.push('shelve')
  actions.push(isSuppressedByHand(alarm) ? 'unsuppress' : 'suppress')
  actions.push(alarm.outOfService === null ? 'out-of-service' : 'return-to-service')
  return { actions, forbidden }
}

/** What a rule, a group or a test suppresses is not for people to lift. */
export function isSuppressedByHand(alarm: AlarmView): boolean {
  return alarm.suppressed.some((flag) => flag.cause === null)
}
