import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, parseCommandLine, type Terminal } from '../../contracts/cli.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { Source } from '../rejects/letter.ts'
import { RejectArchive, type RejectFilter, type SourceSum } from '../rejects/reject-archive.ts'
import { REJECTS_FILE } from '../rejects/reject-schema.ts'
import {
  letterJson,
  letterText,
  printable,
  quarantinedJson,
  quarantinedText,
} from '../rejects/reject-text.ts'

const HELP = `What the server has refused, with why: messages, single readings, points that the database will not take.
Readings of sensors that the facility file does not have are quarantined: kept whole, to be taken later.

  npm run ingest -- rejects --config F [--code C] [--gateway G] [--since T] [--limit N] [--json]
  npm run ingest -- rejects --config F --quarantine ...   the quarantined readings instead
  npm run ingest -- rejects --config F --export FILE      all of both as NDJSON (- is stdout)
  npm run ingest -- rejects --config F --requeue          have quarantined readings taken
  npm run ingest -- rejects --config F --clear --yes      delete the letters, or with --quarantine the readings

  --code C      only letters with this code of docs/reference/errors.md
  --gateway G   only what came from this gateway
  --since T     not older: a time such as 2026-11-28T08:00:00+08:00, or for how long, such as 2h
  --limit N     at most so many, the newest letters first (default 50)
  --json        one JSON object a line; the payload in Base64, and as text when it is UTF-8
  --requeue     asks for those whose sensor is in the facility file now; a server that runs with this file takes
                them within seconds, any other when it is started with it
  --yes         that nobody clears by mistake
  --config F    facility file, or a folder of them; may be repeated
  --help        this text

Works while the server runs. Exit status: 0 ok, 1 failed, 2 bad usage.
`

const LIMIT = 50
/** Lines of an export that are written at once. */
const CHUNK = 500

interface Asked {
  readonly facilities: readonly Facility[]
  readonly filter: RejectFilter
  readonly isQuarantine: boolean
  readonly isJson: boolean
  readonly limit: number
}

/** The command `rejects`; `now` is the wall clock, epoch ms. @throws CodedError USAGE, CONFIG_*, DATA_* */
export function rejectsCommand(terminal: Terminal, now: number): number {
  const { values, positionals } = parseCommandLine(terminal.argv, {
    config: { type: 'string', multiple: true },
    code: { type: 'string' },
    gateway: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string' },
    quarantine: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    export: { type: 'string' },
    requeue: { type: 'boolean', default: false },
    clear: { type: 'boolean', default: false },
    yes: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  const [, ...surplus] = positionals
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  const actions = (['export', 'requeue', 'clear'] as const).filter((name) => Boolean(values[name]))
  if (actions.length > 1) throw new CodedError('USAGE', `give one of --${actions.join(' and --')}`)
  const asked: Asked = {
    filter: {
      ...(values.code === undefined ? {} : { code: values.code }),
      ...(values.gateway === undefined ? {} : { gateway: values.gateway }),
      ...(values.since === undefined ? {} : { since: sinceOf(values.since, now) }),
    },
    isQuarantine: values.quarantine,
    isJson: values.json,
    limit: values.limit === undefined ? LIMIT : limitOf(values.limit),
    facilities: loadFacilities(values.config ?? []),
  }
  if (values.clear && !values.yes) throw new CodedError('USAGE', '--clear deletes for good: say --yes too')
  const archive = RejectArchive.open(join(asked.facilities[0]?.server.data ?? '', REJECTS_FILE))
  if (archive === undefined) {
    terminal.err('nothing was ever refused here\n')
    return EXIT.ok
  }
  try {
    if (values.export !== undefined) exportAll(terminal, archive, { ...asked, file: values.export })
    else if (values.requeue) requeue(terminal, archive, asked)
    else if (values.clear) clear(terminal, archive, asked)
    else list(terminal, archive, asked)
  } finally {
    archive.close()
  }
  return EXIT.ok
}

function list(terminal: Terminal, archive: RejectArchive, asked: Asked): void {
  const { facilities, filter, isQuarantine, isJson, limit } = asked
  const zone = (facility: string) =>
    (facilities.find(({ id }) => id === facility) ?? facilities[0])?.timezone ?? 'UTC'
  if (isQuarantine) {
    for (const reading of archive.quarantined(filter, limit))
      terminal.out(isJson ? quarantinedJson(reading) : quarantinedText(reading, zone(reading.facility)))
    return
  }
  for (const letter of archive.letters(filter, limit))
    terminal.out(isJson ? letterJson(letter) : letterText(letter, zone(letter.facility)))
  if (!isJson) for (const sum of archive.sources()) terminal.out(`quarantined: ${sumText(sum)}\n`)
}

function exportAll(terminal: Terminal, archive: RejectArchive, asked: Asked & { file: string }): void {
  const { file, filter } = asked
  const lines = linesOf(archive, filter)
  if (file === '-') {
    for (const line of lines) terminal.out(line)
    return
  }
  let count = 0
  try {
    const handle = openSync(file, 'w')
    try {
      const chunk: string[] = []
      for (const line of lines) {
        chunk.push(line)
        count += 1
        if (chunk.length >= CHUNK) writeSync(handle, chunk.splice(0).join(''))
      }
      writeSync(handle, chunk.join(''))
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if (error instanceof CodedError) throw error
    throw new CodedError('DATA_UNWRITABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  terminal.out(asked.isJson ? `${JSON.stringify({ exported: count })}\n` : `${file}: ${count} lines\n`)
}

function* linesOf(archive: RejectArchive, filter: RejectFilter): Generator<string> {
  for (const letter of archive.letters(filter)) yield letterJson(letter)
  for (const reading of archive.quarantined(filter)) yield quarantinedJson(reading)
}

function requeue(terminal: Terminal, archive: RejectArchive, { facilities, isJson }: Asked): void {
  const requeued = archive.requeue((source) => obstacle(source, facilities) === undefined)
  const sums = archive.sources()
  const waiting = sums.reduce((sum, source) => sum + source.requeued, 0)
  const stays = sums.flatMap(({ requeued: _requeued, ...source }) => {
    const why = obstacle(source, facilities)
    return why === undefined ? [] : [{ ...source, why }]
  })
  if (isJson) {
    terminal.out(`${JSON.stringify({ requeued, waiting, stays })}\n`)
    return
  }
  terminal.out(`${requeued} readings requeued; ${waiting} wait for a server that knows their sensors\n`)
  for (const { why, ...sum } of stays) terminal.out(`stays: ${sumText({ ...sum, requeued: 0 })}: ${why}\n`)
}

/** Why a source cannot be taken; undefined when it can. */
function obstacle(
  { facility, gateway, sensor }: Source,
  facilities: readonly Facility[],
): ErrorCode | undefined {
  const found = facilities.find(({ id }) => id === facility)
  if (found === undefined) return 'FACILITY_UNKNOWN'
  const owner = found.sensors.get(sensor)?.gateway
  if (owner === undefined) return 'SENSOR_UNKNOWN'
  return owner === gateway ? undefined : 'SENSOR_FOREIGN'
}

function clear(terminal: Terminal, archive: RejectArchive, { filter, isQuarantine, isJson }: Asked): void {
  const cleared = isQuarantine ? archive.clearQuarantined(filter) : archive.clearLetters(filter)
  const what = isQuarantine ? 'quarantined readings' : 'letters'
  terminal.out(isJson ? `${JSON.stringify({ cleared })}\n` : `${cleared} ${what} deleted\n`)
}

function sumText({ facility, gateway, sensor, count, requeued }: SourceSum): string {
  const asked = requeued === 0 ? '' : `, ${requeued} of them requeued`
  return printable(`${count} readings of ${sensor} from ${facility}/${gateway}${asked}`)
}

function sinceOf(text: string, now: number): number {
  const ago = parseDuration(text)
  const since = ago === undefined ? parseIso(text) : now - ago
  if (since !== undefined) return since
  throw new CodedError(
    'USAGE',
    `--since "${text}": expected a time with an offset or Z, or a duration such as 2h`,
  )
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new CodedError('USAGE', `--limit "${text}": expected a whole number from 1`)
}
