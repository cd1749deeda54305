import { isObject, isToken, parseObject } from './batch-decode.ts'

/** A birth or a will of a gateway (DESIGN section 5, presence). */
export interface DecodedState {
  state: 'online' | 'offline'
  session: string
  version: string
  /** Digest of the gateway's facility file; empty when it does not tell. */
  config: string
}

const MAX_STATE_BYTES = 4 * 1024
const MAX_HEALTH_BYTES = 64 * 1024
/** The contract needs four levels; a thousand of them would overflow the stack of whoever writes them out. */
const MAX_HEALTH_DEPTH = 8
const MAX_TEXT = 64

/** Undefined for what is no state. Fields that are unknown or may be missing never make it invalid. */
export function decodeState(payload: Buffer): DecodedState | undefined {
  const fields = payload.length > MAX_STATE_BYTES ? undefined : parseObject(payload)
  if (fields === undefined) return undefined
  const { state, session, version, config } = fields
  if ((state !== 'online' && state !== 'offline') || !isToken(session)) return undefined
  return { state, session, version: text(version), config: text(config) }
}

/** Counters for people: shown as they came, so only size and depth are checked. */
export function decodeHealth(payload: Buffer): object | undefined {
  const health = payload.length > MAX_HEALTH_BYTES ? undefined : parseObject(payload)
  return health !== undefined && isShallow(health, MAX_HEALTH_DEPTH) ? health : undefined
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : ''
}

function isShallow(value: unknown, depth: number): boolean {
  if (!isObject(value)) return true
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1))
}
