/** How an outside register is reached: an HTTP request, or files in a folder. */
export const EXPORT_KINDS = ['webhook', 'file'] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]

/**
 * What became of an item: `waiting` for its turn or another try; `sent`, and taken by the other side; `refused` by it;
 * or `given-up` when it could not be sent within `maxAge`.
 */
export const EXPORT_STATES = ['waiting', 'sent', 'refused', 'given-up'] as const
export type ExportState = (typeof EXPORT_STATES)[number]

/** What an item is about. */
export const EXPORT_SUBJECTS = ['hazard', 'alarm'] as const
export type ExportSubject = (typeof EXPORT_SUBJECTS)[number]

/** Events of an alarm that an outside register hears of: who was told and how it is set stay here. */
export const EXPORTED_EVENTS = [
  'raised',
  'returned',
  'acknowledged',
  'reset',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'returned-to-service',
  'closed',
  'late',
  're-alarmed',
  'priority-raised',
] as const
export type ExportedEvent = (typeof EXPORTED_EVENTS)[number]
