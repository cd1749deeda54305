import { CodedError, type ErrorCode } from '../../contracts/errors.ts'

/** Refused for now: it is worth trying again after `waitMs`. */
export class TooSoon extends CodedError {
  readonly waitMs: number

  constructor(code: ErrorCode, detail: string, waitMs: number) {
    super(code, detail)
    this.waitMs = waitMs
  }
}

/** Somebody tries a password. */
export interface Try {
  /** Key of the person, whether there is one or not. */
  readonly account: string
  /** See {@link throttleAddress}. */
  readonly address: string
  /** That person has signed in from there before. */
  readonly isKnown: boolean
}

/** Wrong passwords of one address, one account or one pair, that have no consequence yet. */
const FREE = 5
/** Of one account from anywhere. */
const FREE_ACCOUNT = 10
const FIRST_WAIT_MS = 1_000
/** The longest that anybody waits; where somebody has signed in before, half of it. */
const LONGEST_MS = 60_000
const LONGEST_KNOWN_MS = 30_000
/** What is so long past is forgotten, ms. */
const MEMORY_MS = 900_000
/** So many addresses, accounts and pairs are remembered, those that failed last. */
const MAX_ENTRIES = 4_096

interface Failures {
  count: number
  /** When the last one began, epoch ms. */
  last: number
}

/**
 * How often passwords may be tried. A pure state machine in the time it is given.
 *
 * - Each address waits longer and longer after it failed, and so does everybody who fails at one account from an
 *   address that has failed before. Nobody waits longer than a minute: there is no lock-out.
 * - Whoever tries from an address where that person signed in before is held up by what was tried there alone:
 *   strangers cannot keep an operator out of their own console.
 * - The first try from an address that has not failed is never held up.
 *
 * A try counts as failed from when it begins, so that many at once are no more than many in a row.
 */
export class Throttle {
  readonly #addresses = new Map<string, Failures>()
  readonly #accounts = new Map<string, Failures>()
  readonly #pairs = new Map<string, Failures>()

  /** How long it is to wait, ms; 0: not at all. */
  wait(attempt: Try, now: number): number {
    const { account, address, isKnown } = attempt
    if (isKnown) return remaining(this.#pairs.get(pair(attempt)), now, FREE, LONGEST_KNOWN_MS)
    const own = this.#addresses.get(address)
    if (own === undefined || isForgotten(own, now)) return 0
    const byAccount = remaining(this.#accounts.get(account), now, FREE_ACCOUNT, LONGEST_MS)
    return Math.max(remaining(own, now, FREE, LONGEST_MS), byAccount)
  }

  /** It begins. @throws TooSoon, and nothing has begun */
  begin(attempt: Try, now: number): void {
    const waitMs = this.wait(attempt, now)
    if (waitMs > 0) throw new TooSoon('SIGN_IN_WAIT', `for ${Math.ceil(waitMs / 1_000)} s`, waitMs)
    if (attempt.isKnown) {
      note(this.#pairs, pair(attempt), now)
      return
    }
    note(this.#addresses, attempt.address, now)
    note(this.#accounts, attempt.account, now)
  }

  /** What had begun was right, or was never looked at: it was no failure. */
  undo(attempt: Try): void {
    if (attempt.isKnown) {
      takeBack(this.#pairs, pair(attempt))
      return
    }
    // Whoever knows one password must not buy free tries at others with it: one failure goes, not all.
    takeBack(this.#addresses, attempt.address)
    takeBack(this.#accounts, attempt.account)
  }

  /** The right password came: what was tried before at this place is settled. */
  succeeded(attempt: Try): void {
    this.undo(attempt)
    this.#pairs.delete(pair(attempt))
  }

  /** An administrator says so: nobody waits for what was tried at this account. */
  forgive(account: string): void {
    this.#accounts.delete(account)
    for (const key of this.#pairs.keys()) if (key.startsWith(`${account}\n`)) this.#pairs.delete(key)
  }

  /** Entries held. */
  get size(): number {
    return this.#addresses.size + this.#accounts.size + this.#pairs.size
  }
}

/** An IPv6 network is given to one customer whole: its /64 counts as one address. */
export function throttleAddress(address: string): string {
  const plain = plainAddress(address)
  if (!plain.includes(':')) return plain
  const [head = '', tail = ''] = plain.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = tail.split(':').filter((group) => group !== '')
  const zeros = plain.includes('::') ? Math.max(0, 8 - groups.length - after.length) : 0
  return [...groups, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':')
}

/** IPv4 as IPv4, where a socket of both gives it as IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')
}

function pair({ account, address }: Try): string {
  return `${account}\n${address}`
}

function isForgotten({ last }: Failures, now: number): boolean {
  return now - last >= MEMORY_MS
}

function remaining(failures: Failures | undefined, now: number, free: number, longest: number): number {
  if (failures === undefined || isForgotten(failures, now) || failures.count < free) return 0
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures.count - free), longest)
  // A clock that was set back must not prolong it.
  return Math.max(0, Math.min(failures.last + wait - now, wait))
}

function note(map: Map<string, Failures>, key: string, now: number): void {
  const before = map.get(key)
  const count = before === undefined || isForgotten(before, now) ? 0 : before.count
  // The youngest stands last, so that the oldest goes first.
  map.delete(key)
  map.set(key, { count: count + 1, last: now })
  const [oldest] = map.keys()
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest)
}

function takeBack(map: Map<string, Failures>, key: string): void {
  const failures = map.get(key)
  if (failures === undefined) return
  failures.count -= 1
  if (failures.count <= 0) map.delete(key)
}
