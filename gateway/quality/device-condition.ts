import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import type { ReadOutcome } from '../drivers/driver.ts'
import type { Block } from '../polling/plan.ts'
import { registerKey } from '../polling/span.ts'
import { failureReason } from './assess.ts'
import { decode, fieldText, spanOf } from './decode.ts'
import { type Found, type StatusVerdict, statusOf, worseStatus } from './status.ts'
import { isStill, leftOut, look, type Stillness } from './stillness.ts'

/** One register that tells how the device does, and what the poll under way found in it. */
interface Slot {
  readonly register: Register
  found: Found | undefined
  /** The block in which it was read, in the poll under way. */
  block: Block | undefined
  /** What the poll before found, when it found anything. */
  before: Found | undefined
}

/** What a status that was not asked for in this poll is worth. */
const NOT_ASKED: Found = { ok: false, reason: 'stale' }

/**
 * What a device says about itself in the poll under way, by its status registers and its heartbeat. A good
 * status of an earlier poll says nothing about a value of now; a bad one may still have been true of it.
 */
export class DeviceCondition {
  /** Key: what is read, so that registers which several sensors share are decoded once. */
  readonly #slots = new Map<string, Slot>()
  /** Key: the register itself. */
  readonly #slotOf = new Map<Register, Slot>()
  readonly #heartbeat: { readonly slot: Slot; readonly withinMs: number } | undefined
  #beat: Stillness | undefined

  constructor({ heartbeat, sensors }: Pick<Device, 'heartbeat' | 'sensors'>) {
    for (const { register } of sensors.flatMap((sensor) => sensor.status)) this.#reserve(register)
    this.#heartbeat = heartbeat && { slot: this.#reserve(heartbeat.register), withinMs: heartbeat.withinMs }
  }

  /** `now` in monotonic milliseconds. */
  tell(block: Block, outcome: ReadOutcome, now: number): void {
    for (const slot of this.#slots.values()) {
      if (!liesIn(slot.register, block)) continue
      slot.found = find(slot.register, block, outcome)
      slot.block = block
      if (slot === this.#heartbeat?.slot && slot.found.ok) this.#beat = look(this.#beat, slot.found.text, now)
    }
  }

  /** True when this poll has found out, well or badly, all that the judgement of the sensor needs. */
  isTold(sensor: PolledSensor): boolean {
    if (this.#heartbeat !== undefined && this.#heartbeat.slot.found === undefined) return false
    return sensor.status.every(({ register }) => this.#slotOf.get(register)?.found !== undefined)
  }

  /**
   * The status of a value that was read in this block. Where status and value came in two answers, the mode
   * may have ended in between, so that the status of the poll before counts as well, if it is worse.
   */
  statusOf(sensor: PolledSensor, block: Block): StatusVerdict {
    const now = statusOf(sensor.status, (register) => this.#slotOf.get(register)?.found ?? NOT_ASKED)
    const before = statusOf(sensor.status, (register) => {
      const slot = this.#slotOf.get(register)
      return (slot?.block === block ? slot.found : (slot?.before ?? slot?.found)) ?? NOT_ASKED
    })
    return worseStatus(now, before)
  }

  /** True when the heartbeat has stood still, or could not be read, for too long. */
  isFrozen(now: number): boolean {
    return this.#heartbeat !== undefined && isStill(this.#beat, now, this.#heartbeat.withinMs)
  }

  endPoll(now: number): void {
    // A heartbeat that can never be read does not move either.
    if (this.#heartbeat !== undefined) this.#beat ??= look(undefined, '', now)
    for (const slot of this.#slots.values()) {
      slot.before = slot.found?.ok === true ? slot.found : undefined
      slot.found = undefined
      slot.block = undefined
    }
  }

  /** The poll under way came to nothing, and nobody knows what happens until the next. */
  forget(): void {
    for (const slot of this.#slots.values()) {
      slot.before = undefined
      slot.found = undefined
      slot.block = undefined
    }
  }

  /** Nobody could see the heartbeat for so long. */
  wasAway(ms: number): void {
    if (this.#beat !== undefined) this.#beat = leftOut(this.#beat, ms)
  }

  #reserve(register: Register): Slot {
    const key = registerKey(register)
    const slot = this.#slots.get(key) ?? { register, found: undefined, block: undefined, before: undefined }
    this.#slots.set(key, slot)
    this.#slotOf.set(register, slot)
    return slot
  }
}

function liesIn(register: Register, { table, address, count }: Block): boolean {
  if (register.table !== table) return false
  if (table === 'record') return true
  return register.address >= address && register.address + spanOf(register) <= address + count
}

function find(register: Register, block: Block, outcome: ReadOutcome): Found {
  if (!outcome.ok) return { ok: false, reason: failureReason(outcome.failed) }
  const decoded = decode(register, outcome.data, block.address)
  const text = fieldText(register, outcome.data) ?? (decoded.ok ? String(decoded.raw) : undefined)
  // An empty field is no status that anybody could have meant.
  if (text === undefined || text === '')
    return { ok: false, reason: decoded.ok ? 'not-decodable' : decoded.reason }
  return { ok: true, text, raw: decoded.ok ? decoded.raw : undefined }
}
