import type { ActionResult, AlarmView, Problem } from '../../../contracts/api.ts'
import { loudAlarms } from './annunciation.ts'
import type { ApiClient } from './api-client.ts'
import { knownPerson } from './person.ts'
import { type Failure, occurrenceKey } from './state.ts'
import type { Store } from './store.ts'

/** Refusals that say that it is silent already, or that something newer sounds. */
const HARMLESS: ReadonlySet<string> = new Set([
  'ALREADY_SILENCED',
  'NOT_UNACKNOWLEDGED',
  'ALREADY_ACKNOWLEDGED',
  'NOT_ACTIVE',
  'OCCURRENCE_PAST',
])

/**
 * Stops the horn of this console at once, and that of the others by way of the server. Without `alarms`,
 * everything that sounds, the loss of the server too.
 * @returns why others may still sound; undefined when all is well
 */
export async function silence(options: {
  store: Store
  api: ApiClient
  alarms: readonly AlarmView[] | undefined
  /** Who only looks stops the horn where they sit, and no other. */
  isOwnOnly: boolean
}): Promise<Failure | undefined> {
  const { store, api } = options
  const alarms = (options.alarms ?? loudAlarms(store.state)).filter((alarm) => !alarm.silenced)
  store.dispatch({ kind: 'silenced', only: options.alarms?.map(occurrenceKey) })
  if (alarms.length === 0 || options.isOwnOnly) return undefined
  const answer = await api.actOnMany(
    alarms,
    'silence',
    store.state.server?.auth === 'off' ? knownPerson() : {},
  )
  if (!answer.ok) return answer.failure
  const problem = refusal(answer.value.items)
  return problem === undefined ? undefined : { kind: 'problem', problem }
}

function refusal(results: readonly ActionResult[]): Problem | undefined {
  return results.find(({ problem }) => problem !== null && !HARMLESS.has(problem.code))?.problem ?? undefined
}
