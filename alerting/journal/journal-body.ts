import type { AlarmView, JournalItem } from '../../contracts/api.ts'

/** What bodies of older releases do not say of an alarm: bodies are never rewritten, so it is put in when they are read. */
const LATER = {
  class: 'process',
  lifeSafety: false,
  group: null,
  firstInGroup: false,
  silenced: false,
  revision: 0,
  fileLimit: null,
} as const satisfies Partial<AlarmView>
const LATER_IN_FLAGS = { cause: null, approvedBy: null, oneShot: false } as const

type Flag = NonNullable<AlarmView['shelved']>
/** As any release has written it. */
type AnyFlag = Omit<Flag, 'since' | keyof typeof LATER_IN_FLAGS> & Partial<Flag>

/** An entry of any release, from its body. */
export function parseBody(body: string): Omit<JournalItem, 'seq'> {
  const item = JSON.parse(body) as Omit<JournalItem, 'seq'>
  const { alarm } = item
  if (alarm.class !== undefined && alarm.revision !== undefined) return item
  const flag = (given: AnyFlag): Flag => ({ since: item.time, ...LATER_IN_FLAGS, ...given })
  const maybe = (given: Flag | null) => (given === null ? null : flag(given))
  return {
    ...item,
    alarm: {
      ...LATER,
      ...alarm,
      shelved: maybe(alarm.shelved),
      suppressed: alarm.suppressed.map(flag),
      outOfService: maybe(alarm.outOfService),
    },
  }
}
