import Type from 'typebox'
import { Value } from 'typebox/value'
import { CodedError } from '../../contracts/errors.ts'
import { parseHead, type Segment } from './chain.ts'
import type { FoundLink } from './chain-check.ts'

/** First line of an export: what it is of, and where the chain begins. */
const HeaderSchema = Type.Object({
  format: Type.Literal('davylamp-journal'),
  version: Type.Literal(1),
  facility: Type.String(),
  /** `n:hash` of the entry before the first line. */
  after: Type.String(),
  /** `n:hash` of the last line. */
  head: Type.String(),
  segments: Type.Array(
    Type.Object({
      first: Type.Integer(),
      last: Type.Integer(),
      previous: Type.String(),
      head: Type.String(),
      sealed: Type.Integer(),
      dropped: Type.Union([Type.Integer(), Type.Null()]),
      signature: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
})
export type ExportHeader = Type.Static<typeof HeaderSchema>

/** Each further line: an entry, its body as the text that the hash covers. */
const LineSchema = Type.Object({
  n: Type.Integer(),
  seq: Type.Integer(),
  time: Type.Integer(),
  key: Type.String(),
  sensor: Type.String(),
  alarm: Type.String(),
  body: Type.String(),
  hash: Type.String(),
})

export function headerLine(header: Omit<ExportHeader, 'format' | 'version'>): string {
  const { facility, after, head, segments } = header
  return `${JSON.stringify({ format: 'davylamp-journal', version: 1, facility, after, head, segments })}\n`
}

/** Undefined when the entry is not in the journal any more: then the export ends in a flaw that it shows itself. */
export function entryLine({ n, seq, hash, entry }: FoundLink): string | undefined {
  if (entry === undefined) return undefined
  const { time, key, sensor, alarm, body } = entry
  return `${JSON.stringify({ n, seq, time, key, sensor, alarm, body, hash })}\n`
}

/** @throws CodedError EXPORT_INVALID */
export function parseHeader(text: string, place: string): ExportHeader & { segments: Segment[] } {
  const header = parse(text, place)
  if (!Value.Check(HeaderSchema, header))
    throw new CodedError(
      'EXPORT_INVALID',
      `${place}: this is no header of an export, or one of a newer release`,
    )
  if (parseHead(header.head) === undefined)
    throw new CodedError('EXPORT_INVALID', `${place}: "${header.head}" is no head`)
  return header
}

/** @throws CodedError EXPORT_INVALID */
export function parseLine(text: string, facility: string, place: string): FoundLink {
  const line = parse(text, place)
  if (!Value.Check(LineSchema, line)) throw new CodedError('EXPORT_INVALID', `${place}: this is no entry`)
  const { n, seq, hash, ...entry } = line
  return { n, seq, hash, entry: { facility, ...entry } }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CodedError('EXPORT_INVALID', `${place}: ${(error as Error).message}`, { cause: error })
  }
}
