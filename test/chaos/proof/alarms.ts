import type { JournalItem } from '../../../contracts/api.ts'
import { WAVE } from '../field/signal.ts'
import { SET_POINTS, type SetPointKey } from '../field/wave.ts'
import type { Finding } from './evidence.ts'
import { type Occurrence, occurrencesIn, type Taken, verdictOn } from './occurrence.ts'
import type { Sightings } from './sightings.ts'

/** What became of the alarms of the sensors that are watched. */
export interface AlarmCount {
  /** Occurrences that the readings imply, and transitions: beginnings and ends. */
  readonly implied: number
  readonly transitions: number
  /** How they were told. */
  readonly live: number
  readonly late: number
}

/** One entry of the journal about one alarm, with the reading that it was made of. */
interface Told {
  readonly item: JournalItem
  readonly event: 'raised' | 'returned' | 'late'
  /** Number of the reading; of a late one, of the reading furthest beyond the limit. */
  readonly number: number
  /** Of the transition; of a late one, of its beginning, epoch ms. */
  readonly time: number
}

/** What one entry tells of an occurrence, by the numbers of its first and last readings. */
interface Piece {
  readonly entry: Told
  readonly from: number
  readonly to: number
}

/** Every occurrence that the readings imply is in the journal once and in order, and no other. */
export function proveAlarms(
  sightings: readonly Sightings[],
  journal: readonly JournalItem[],
): { findings: Finding[]; count: AlarmCount } {
  const byAlarm = Map.groupBy(journal, ({ alarm }) => alarm.id)
  const findings: Finding[] = []
  const count = { implied: 0, transitions: 0, live: 0, late: 0 }
  for (const watched of sightings.filter(({ record }) => record.signal === WAVE)) {
    for (const key of Object.keys(SET_POINTS) as SetPointKey[]) {
      const id = `${watched.sensor}.${key}`
      const proof = new AlarmProof(watched, key, byAlarm.get(id) ?? [])
      for (const text of proof.run()) findings.push({ law: 'alarms', text: `${id}: ${text}` })
      const { occurrences, told } = proof
      count.implied += occurrences.length
      count.transitions += occurrences.reduce((sum, { end }) => sum + (end === undefined ? 1 : 2), 0)
      count.live += told.filter(({ event }) => event === 'raised').length
      count.late += told.filter(({ event }) => event === 'late').length
    }
  }
  return { findings, count }
}

/** The proof of one alarm. */
class AlarmProof {
  readonly told: readonly Told[]
  readonly occurrences: readonly Occurrence[]
  readonly #key: SetPointKey
  readonly #taken: ReadonlyMap<number, Taken>
  readonly #strange: readonly string[]

  constructor({ record, index, seen }: Sightings, key: SetPointKey, items: readonly JournalItem[]) {
    const told: Told[] = []
    const strange: string[] = []
    const taken = new Map<number, Taken>()
    for (const [number, { time, value = 0, quality }] of seen)
      taken.set(number, { number, time, value, quality })
    for (const item of items) {
      if (item.event !== 'raised' && item.event !== 'returned' && item.event !== 'late') continue
      const { event, seq, late } = item
      const value = event === 'late' ? late?.peak : item.alarm.value
      const number = typeof value === 'number' ? record.signal.numberOf(index, value) : undefined
      const time = Date.parse(event === 'late' ? (late?.start ?? '') : item.time)
      if (number === undefined || number > record.count || typeof value !== 'number') {
        strange.push(`entry ${seq} (${event}) is made of ${value}, which was never said`)
        continue
      }
      told.push({ item, event, number, time })
      // Evaluated, refused by a log that was full, and lost with the gateway that still had it: counted as such.
      if (!taken.has(number) && event !== 'late') taken.set(number, { number, time, value, quality: 'good' })
    }
    this.told = told
    this.#strange = strange
    this.#taken = new Map([...taken].sort(([a], [b]) => a - b))
    this.#key = key
    this.occurrences = occurrencesIn([...this.#taken.values()], SET_POINTS[key])
  }

  run(): string[] {
    return [...this.#strange, ...this.#order(), ...this.#verdicts(), ...this.#once(), ...this.#ends()]
  }

  get #live(): Told[] {
    return this.told.filter(({ event }) => event !== 'late')
  }

  /** Raised and returned take turns, each made of a later reading than the one before, each a new occurrence. */
  *#order(): Generator<string> {
    let last: Told | undefined
    let occurrence = 0
    for (const entry of this.#live) {
      const { item, event, number } = entry
      const due = last === undefined || last.event === 'returned' ? 'raised' : 'returned'
      if (event !== due) yield `entry ${item.seq} is ${event} where ${due} is due`
      if (last !== undefined && number <= last.number)
        yield `entry ${item.seq} (${event}) is made of number ${number}, the one before of ${last.number}`
      last = entry
      if (event !== 'raised') continue
      const next = Number(item.alarm.occurrence?.split('#')[1])
      if (!(next > occurrence)) yield `entry ${item.seq} is occurrence ${next} after ${occurrence}`
      occurrence = next
    }
  }

  /** What is told live is what its reading says, at the time of that reading. */
  *#verdicts(): Generator<string> {
    for (const { item, event, number, time } of this.#live) {
      const reading = this.#taken.get(number)
      const says = reading && verdictOn(reading, SET_POINTS[this.#key])
      if (says !== (event === 'raised' ? 'beyond' : 'returned'))
        yield `entry ${item.seq} (${event}) is made of number ${number}, which says ${says}`
      if (reading?.time !== time)
        yield `entry ${item.seq} (${event}) is of ${time}, its reading of ${reading?.time}`
    }
  }

  /** Each occurrence is told by its first reading, live or late; nothing else is. */
  *#once(): Generator<string> {
    /** Entries by the occurrence they belong to. */
    const tellings = new Map<Occurrence, Told[]>(this.occurrences.map((occurrence) => [occurrence, []]))
    for (const entry of this.told) {
      if (entry.event === 'returned') continue
      const occurrence = this.occurrences.find((one) => isWithin(one, entry.number))
      if (occurrence === undefined) yield `entry ${entry.item.seq} (${entry.event}) is of no occurrence`
      else tellings.get(occurrence)?.push(entry)
    }
    for (const [occurrence, entries] of tellings) {
      const { start } = occurrence
      const pieces = entries
        .map((entry) => this.#pieceOf(entry, occurrence))
        .toSorted((a, b) => a.from - b.from)
      const first = pieces[0]?.entry
      const name = `the occurrence of number ${start.number} at ${start.time}`
      if (first === undefined && !this.#isMerged(start.number)) yield `${name} is not told`
      if (first === undefined) continue
      if (first.time !== start.time)
        yield `${name} is told by entry ${first.item.seq} (${first.event}) of ${first.time}`
      if (!areInPieces(pieces))
        yield `${name} is told ${entries.length} times: entries ${entries.map(({ item }) => item.seq).join(', ')}`
    }
  }

  /** Where in an occurrence an entry begins, and how far it goes by itself: a clock that was set back has times twice. */
  #pieceOf(entry: Told, occurrence: Occurrence): Piece {
    if (entry.event !== 'late') return { entry, from: entry.number, to: Number.POSITIVE_INFINITY }
    const readings = [...this.#taken.values()].filter(({ number }) => isWithin(occurrence, number))
    const at = readings.findIndex(({ time }) => time === entry.time)
    const end = entry.item.late?.end
    let to = readings[at]
    for (const next of typeof end === 'string' && to !== undefined ? readings.slice(at + 1) : []) {
      if (to === undefined || next.time < to.time || next.time > Date.parse(String(end))) break
      to = next
    }
    return { entry, from: readings[at]?.number ?? entry.number, to: to?.number ?? entry.number }
  }

  /**
   * Where the end of an occurrence came late, the live alarm still stood when the next one began: one activation
   * holds both. Its own end, told live, is behind the beginning of the next.
   */
  #isMerged(number: number): boolean {
    const live = this.#live
    return live.some(
      (entry, at) =>
        entry.event === 'raised' &&
        entry.number < number &&
        number < (live[at + 1]?.number ?? Number.POSITIVE_INFINITY),
    )
  }

  /**
   * An alarm that was raised live returns with the last reading of its occurrence or, when that came late, with
   * a later one; by then it may have merged with occurrences that were told late.
   */
  *#ends(): Generator<string> {
    const live = this.#live
    for (const [at, { item, event, number }] of live.entries()) {
      if (event !== 'raised') continue
      const occurrence = this.occurrences.find((one) => isWithin(one, number))
      const returned = live[at + 1]
      if (
        occurrence?.end !== undefined &&
        (returned === undefined || returned.number < occurrence.end.number)
      )
        yield `entry ${item.seq} (raised) has not returned with number ${occurrence.end.number}`
    }
  }
}

/**
 * What began in readings that came late is told as far as those went: it goes on in a live activation, or
 * later in another hole. The pieces follow one another, and none is told twice.
 */
function areInPieces(pieces: readonly Piece[]): boolean {
  return pieces.every(({ entry: { event, item }, to }, at) => {
    const next = pieces[at + 1]
    if (next === undefined) return true
    const end = item.late?.end
    if (event !== 'late' || end === undefined) return false
    return end === null ? next.entry.event === 'raised' : next.from > to
  })
}

function isWithin({ start, end }: Occurrence, number: number): boolean {
  return number >= start.number && number < (end?.number ?? Number.POSITIVE_INFINITY)
}
