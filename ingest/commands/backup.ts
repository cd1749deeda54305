import { EXIT, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { prepareWaveformCopy } from '../waveforms/waveform-backup.ts'

/** Copies the state database, and the register where it is a file; the composition root gives it. */
export type BackUp = (options: {
  /** server.data. */
  folder: string
  file: string
  /** Called once it takes long: percent copied. */
  onProgress: (percent: number) => void
  signal: AbortSignal
}) => Promise<{
  file: string
  bytes: number
  schema: number
  /** Key: table. */
  rows: Record<string, number>
  register?: { file: string; bytes: number; rows: Record<string, number> }
}>

/** `npm run ingest -- backup FILE`. @throws CodedError USAGE, or what the backup came to */
export async function backupCommand(
  terminal: Terminal,
  given: { facilities: readonly Facility[]; files: readonly string[]; json: boolean },
  backUp: BackUp,
): Promise<number> {
  const [file, ...surplus] = given.files
  const [main] = given.facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  if (file === undefined) throw new CodedError('USAGE', 'say into which file: backup FILE')
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)

  const stop = new AbortController()
  void terminal.stopped.then(() => stop.abort())
  const { data } = main.server
  // It gets its name last: where the folder is, everything is.
  await using prepared = await prepareWaveformCopy({ data, file, signal: stop.signal })
  const report = await backUp({
    folder: data,
    file,
    onProgress: (percent) => terminal.err(`${percent} % copied\n`),
    signal: stop.signal,
  })
  const waveforms = await prepared?.keep()
  if (given.json)
    terminal.out(`${JSON.stringify({ ...report, ...(waveforms === undefined ? {} : { waveforms }) })}\n`)
  else {
    const { file: path, bytes, schema, rows, register } = report
    terminal.out(`${path}: whole and checked, ${bytes} bytes, schema ${schema}\n`)
    tellRows(terminal, rows)
    if (register !== undefined) {
      terminal.out(`${register.file}: whole and checked, ${register.bytes} bytes\n`)
      tellRows(terminal, register.rows)
    }
    if (waveforms !== undefined)
      terminal.out(`${waveforms.folder}: ${waveforms.events} seismic events, ${waveforms.bytes} bytes\n`)
  }
  return EXIT.ok
}

function tellRows(terminal: Terminal, rows: Readonly<Record<string, number>>): void {
  for (const [table, count] of Object.entries(rows)) terminal.out(`  ${table}: ${count} rows\n`)
}
