import { systemClock } from '../../../contracts/clock.ts'
import { GATEWAYS } from '../field/field.ts'
import type { Finding } from '../proof/evidence.ts'
import type { Plant } from './plant.ts'

/** Health comes every 10 s, and ends what was found in readings that came late. */
const CALM_MS = 12_000
const LOOK_MS = 500
/** Records on their way to the store that are no sign of a backlog: heartbeats. */
const HEARTBEATS = 10

export interface Watched {
  readonly patienceMs: number
  readonly tell: (text: string) => void
  readonly signal: AbortSignal
}

/** Waits until the server hears every gateway; what is not so in time is a finding. */
export async function recover(plant: Plant, { patienceMs, tell, signal }: Watched): Promise<Finding[]> {
  const began = systemClock.monotonic()
  tell('recovering')
  while (!signal.aborted) {
    const gateways = await plant.api.gateways().catch(() => [])
    const silent = GATEWAYS.filter((id) => gateways.find((view) => view.id === id)?.state !== 'online')
    if (silent.length === 0) return []
    if (systemClock.monotonic() - began > patienceMs)
      return silent.map((id) => ({ law: 'drill', text: `${id} is not heard again` }))
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return []
}

/**
 * Waits until the field's last word is everywhere: outboxes and log are empty, the ledger has nothing under way,
 * and for a while nothing has changed. What is not so in time is a finding.
 */
export async function settle(plant: Plant, { patienceMs, tell, signal }: Watched): Promise<Finding[]> {
  const began = systemClock.monotonic()
  let calmSince: number | undefined
  let last = ''
  let told = ''
  while (!signal.aborted) {
    const { open, state } = await look(plant)
    const now = systemClock.monotonic()
    if (open.length > 0 || state !== last) calmSince = undefined
    else calmSince ??= now
    last = state
    if (calmSince !== undefined && now - calmSince >= CALM_MS) return []
    if (now - began > patienceMs) return open.map((text) => ({ law: 'drill', text: `not settled: ${text}` }))
    const text = open.length > 0 ? open.join('; ') : 'calm'
    if (text !== told) tell(`settling: ${text}`)
    told = text
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return []
}

/** What is not done yet, and all that still changes while anything is. */
async function look({ api }: Plant): Promise<{ open: string[]; state: string }> {
  try {
    const [gateways, ledger, behind, entry] = await Promise.all([
      api.gateways(),
      api.ledger(),
      api.metric('davylamp_store_behind_records'),
      api.lastEntry(),
    ])
    const open: string[] = []
    for (const id of GATEWAYS) {
      const view = gateways.find((gateway) => gateway.id === id)
      const outbox = view?.health?.outbox
      if (view?.state !== 'online') open.push(`${id} is ${view?.state ?? 'unknown'}`)
      if (outbox === undefined || outbox.readings > 0) open.push(`${id} keeps ${outbox?.readings} readings`)
    }
    if (behind > HEARTBEATS) open.push(`${behind} records are not stored`)
    for (const { gateway, missing, received, stored } of ledger) {
      if (missing > 0) open.push(`${missing} of ${gateway} are missing`)
      if (stored !== received) open.push(`${received - stored} of ${gateway} are not stored`)
    }
    const counts = ledger.map(({ gateway, received, dropped }) => `${gateway} ${received} ${dropped}`)
    return { open, state: `${entry} ${counts.join(' ')}` }
  } catch (error) {
    return { open: [`the server does not answer: ${String(error)}`], state: '' }
  }
}
