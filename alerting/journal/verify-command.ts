import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { EXIT, type Terminal } from '../../contracts/cli.ts'
import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { AUDIT } from './audit-table.ts'
import { formatHead, parseHead } from './chain.ts'
import { type Anchor, ChainCheck, type ChainReport } from './chain-check.ts'
import { parseHeader, parseLine } from './journal-export.ts'
import { JournalFile, type Stray } from './journal-file.ts'
import { walk } from './journal-walk.ts'
import { startOf, type Verify } from './segment-check.ts'
import { isSigned, readPublicKey } from './signing.ts'
import { reportText } from './verify-report.ts'

/** A database with the facilities that it ought to have, or an export. */
type Source = { database: string; known: readonly string[] } | { input: string; stdin: Readable }

export type VerifyRequest = Source & {
  facility: string | undefined
  /** As they were given. */
  anchors: readonly string[]
  /** Files. */
  publicKeys: readonly string[]
  json: boolean
}

interface Work {
  terminal: Terminal
  clock: Clock
  facility: string | undefined
  anchors: readonly Anchor[]
  verify: Verify | undefined
}

/** `npm run journal -- verify`. @throws CodedError USAGE, or why the journal cannot be read */
export async function verifyJournal(
  terminal: Terminal,
  request: VerifyRequest,
  clock: Clock,
): Promise<number> {
  const { facility, json } = request
  const anchors = request.anchors.map(parseAnchor)
  const keys = request.publicKeys.map(readPublicKey)
  const verify: Verify | undefined =
    keys.length === 0 ? undefined : (claim, signature) => isSigned(claim, signature, keys)
  const work = { terminal, clock, facility, anchors, verify }
  const reports = 'input' in request ? await ofExport(request, work) : await ofDatabase(request, work)
  if (reports === undefined) return EXIT.failed
  const ok = reports.every((report) => report.ok)
  if (json) terminal.out(`${JSON.stringify({ ok, facilities: reports })}\n`)
  else for (const report of reports) terminal.out(reportText(report))
  return ok ? EXIT.ok : EXIT.failed
}

/** Undefined when somebody stopped it. */
async function ofDatabase(
  { database, known }: { database: string; known: readonly string[] },
  { terminal, clock, facility: asked, anchors, verify }: Work,
): Promise<ChainReport[] | undefined> {
  const journal = new JournalFile(database)
  try {
    const named = anchors.flatMap(({ facility }) => (facility === AUDIT ? [] : (facility ?? [])))
    const facilities =
      asked === undefined ? [...new Set([...known, ...journal.facilities(), ...named])].sort() : [asked]
    if (facilities.length > 1 && anchors.some(({ facility }) => facility === undefined))
      throw new CodedError('USAGE', `say whose anchor it is with --facility: ${facilities.join(', ')}`)
    const strays = Map.groupBy(journal.strays(), (stray: Stray) => stray.facility)
    const reports: ChainReport[] = []
    for (const facility of facilities) {
      const segments = journal.segments(facility)
      const check = new ChainCheck({ facility, segments, anchors: of(anchors, facility), verify })
      const isWhole = await walk(journal.links(facility, startOf(segments).n), (link) => check.take(link), {
        terminal,
        clock,
        name: facility,
        total: journal.count(facility),
      })
      if (!isWhole) return undefined
      for (const { seq, time } of strays.get(facility) ?? []) check.stray(seq, time)
      reports.push(check.report())
    }
    if (asked !== undefined || journal.auditCount() === 0) return reports
    const audit = await ofAudit(journal, { terminal, clock, anchors })
    return audit === undefined ? undefined : [...reports, audit]
  } finally {
    journal.close()
  }
}

/** The record of people and sign-in, which belongs to no facility. Undefined when somebody stopped it. */
async function ofAudit(
  journal: JournalFile,
  { terminal, clock, anchors }: Pick<Work, 'terminal' | 'clock' | 'anchors'>,
): Promise<ChainReport | undefined> {
  const own = anchors.filter(({ facility }) => facility === AUDIT)
  const check = new ChainCheck({ facility: AUDIT, segments: [], anchors: own, hasSegments: false })
  const total = journal.auditCount()
  const isWhole = await walk(journal.auditLinks(), (link) => check.take(link), {
    terminal,
    clock,
    name: AUDIT,
    total,
  })
  return isWhole ? check.report() : undefined
}

/** Undefined when somebody stopped it. */
async function ofExport(
  { input, stdin }: { input: string; stdin: Readable },
  { terminal, clock, facility: asked, anchors, verify }: Work,
): Promise<ChainReport[] | undefined> {
  const lines = new ExportLines(input === '-' ? stdin : createReadStream(input), input)
  const header = parseHeader(await lines.first(), lines.place)
  const { facility, segments, after } = header
  if (asked !== undefined && asked !== facility)
    throw new CodedError('USAGE', `this is the journal of "${facility}"`)
  if (after !== formatHead(startOf(segments)))
    throw new CodedError(
      'EXPORT_INVALID',
      `${lines.place}: it begins after ${after}, and its segments say otherwise`,
    )
  const check = new ChainCheck({
    facility,
    segments,
    anchors: of(anchors, facility),
    end: parseHead(header.head),
    verify,
  })
  const take = (line: string) => check.take(parseLine(line, facility, lines.place))
  const isWhole = await walk(lines.rest(), take, { terminal, clock, name: facility })
  return isWhole ? [check.report()] : undefined
}

/** The lines of a file, and where one is. */
class ExportLines {
  readonly #name: string
  readonly #lines: AsyncIterator<string>
  #number = 0

  constructor(input: Readable, name: string) {
    this.#name = name
    this.#lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  }

  get place(): string {
    return `${this.#name}:${this.#number}`
  }

  /** Empty when there is none. @throws CodedError EXPORT_INVALID when the file cannot be read */
  async first(): Promise<string> {
    return (await this.#next()) ?? ''
  }

  async *rest(): AsyncGenerator<string> {
    for (let line = await this.#next(); line !== undefined; line = await this.#next()) yield line
  }

  async #next(): Promise<string | undefined> {
    this.#number += 1
    try {
      const { done, value } = await this.#lines.next()
      return done === true ? undefined : value
    } catch (error) {
      throw new CodedError('EXPORT_INVALID', `${this.#name}: ${(error as Error).message}`, { cause: error })
    }
  }
}

function of(anchors: readonly Anchor[], facility: string): Anchor[] {
  return anchors.filter((anchor) => anchor.facility === undefined || anchor.facility === facility)
}

/** `n:hash`, or a message or a line of the log that has one as `head`. @throws CodedError USAGE */
function parseAnchor(text: string): Anchor {
  const fields = text.trim().startsWith('{') ? parseFields(text) : { head: text }
  const head = typeof fields.head === 'string' ? parseHead(fields.head) : undefined
  if (head === undefined)
    throw new CodedError('USAGE', `--anchor takes N:HASH, or the JSON that was published, not "${text}"`)
  // A line of the log has a time of its own beside that of the head.
  const { facility, signature } = fields
  const time = fields.published ?? fields.time
  return {
    ...head,
    ...(typeof facility === 'string' ? { facility } : {}),
    ...(typeof time === 'number' ? { time } : {}),
    ...(typeof signature === 'string' ? { signature } : {}),
  }
}

function parseFields(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
