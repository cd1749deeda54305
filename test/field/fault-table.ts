import type { FaultParameters } from '../../simulators/fault/fault.ts'
import { FAULT_KINDS, type FaultKind } from '../../simulators/fault/fault-kinds.ts'
import { LINES, type LineName } from './stand-plant.ts'

/*
 * What the gateway makes of every fault that a device can have.
 *
 *   fault     as in docs/reference/faults.md; `cable break` is the loss of the whole line
 *   line      tcp (Modbus TCP), rtu (Modbus RTU over TCP), ascii (Modbus ASCII), line (ASCII instrument),
 *             dial-in (Modbus TCP of a unit that calls the gateway)
 *   becomes   what the sensors of the device are, one after the other while the fault lasts; nothing else
 *   counted   errors in the counters of the device; `retries` if it was asked again
 *   discarded what the line counts as thrown away
 *   until     the end of the fault, if nothing else is said
 */
const TABLE = `
fault            | line                       | becomes                      | counted               | discarded           | until
no-answer        | tcp rtu ascii line dial-in | timeout, comm-lost           | timeout               |                     |
late-answer      | tcp rtu ascii line dial-in | timeout, comm-lost           | timeout               | late                |
truncated        | tcp rtu ascii line dial-in | short-reply, comm-lost       | short-reply           | short               |
crc-error        | rtu ascii line             | crc, comm-lost               | crc                   | crc                 |
crc-error        | tcp dial-in                | cannot be: a checksum        |                       |                     |
wrong-unit       | rtu ascii                  | timeout, comm-lost           | timeout               | foreign-unit        |
wrong-unit       | tcp dial-in                | bad-reply, comm-lost         | bad-reply             | foreign-unit        |
wrong-unit       | line                       | cannot be: a Modbus device   |                       |                     |
wrong-function   | tcp rtu ascii dial-in      | bad-reply, comm-lost         | bad-reply             | foreign-function    |
wrong-function   | line                       | cannot be: a Modbus device   |                       |                     |
merged           | tcp rtu ascii line dial-in | good                         |                       | unsolicited         |
merged: bytes    | rtu ascii line             | good                         |                       | surplus             |
merged: bytes    | tcp dial-in                | good                         |                       | noise               |
foreign-frame    | rtu ascii                  | good                         |                       | foreign-unit        |
foreign-frame    | tcp dial-in                | good                         |                       | foreign-transaction |
foreign-frame    | line                       | good                         |                       | noise               |
echo             | rtu ascii line             | good                         |                       | echo                |
echo             | tcp dial-in                | cannot be: a serial line     |                       |                     |
exception-2      | tcp rtu ascii dial-in      | exception-2                  | exception-2           |                     |
exception-4      | tcp rtu ascii dial-in      | exception-4                  | exception-4           |                     |
exception-5      | tcp rtu ascii dial-in      | exception-5                  | exception-5, retries  |                     |
exception-6      | tcp rtu ascii dial-in      | exception-6                  | exception-6, retries  |                     |
exception-10     | tcp rtu ascii dial-in      | exception-10, comm-lost      | exception-10, retries |                     |
exception-11     | tcp rtu ascii dial-in      | exception-11, comm-lost      | exception-11, retries |                     |
exception-2      | line                       | cannot be: a Modbus device   |                       |                     |
exception-4      | line                       | cannot be: a Modbus device   |                       |                     |
exception-5      | line                       | cannot be: a Modbus device   |                       |                     |
exception-6      | line                       | cannot be: a Modbus device   |                       |                     |
exception-10     | line                       | cannot be: a Modbus device   |                       |                     |
exception-11     | line                       | cannot be: a Modbus device   |                       |                     |
cable break      | tcp rtu ascii line dial-in | comm-lost                    | not-connected         |                     |
reboot           | tcp rtu ascii line dial-in | timeout, comm-lost, warm-up  | timeout               |                     |
frozen-value     | tcp rtu ascii line         | frozen                       |                       |                     |
frozen-heartbeat | tcp rtu ascii line         | frozen                       |                       |                     |
nan              | tcp rtu ascii line         | not-a-number                 |                       |                     |
inf              | tcp rtu ascii line         | not-a-number                 |                       |                     |
warm-up          | tcp rtu ascii line         | warm-up                      |                       |                     |
inhibit          | tcp rtu ascii line         | inhibited                    |                       |                     |
calibration      | tcp rtu ascii line         | calibrating                  |                       |                     |
over-range       | tcp rtu ascii line         | over-range-latched           |                       |                     | released by hand
noise            | tcp rtu ascii line         | good                         |                       |                     |
drift            | tcp rtu ascii line         | good                         |                       |                     |
`

export const CABLE_BREAK = 'cable break'
export type Trouble = FaultKind | typeof CABLE_BREAK

/** One fault of a device on one line. */
export interface Row {
  readonly name: string
  readonly trouble: Trouble
  readonly parameters: FaultParameters
  readonly line: LineName
  readonly becomes: string
  readonly counted: string
  readonly discarded: string
  readonly isReleased: boolean
}

/** A fault that a device on this line cannot have, and what it lacks. */
export interface Impossible {
  readonly name: string
  readonly kind: FaultKind
  readonly line: LineName
  readonly lack: string
}

/** A late answer comes while the next request is under way, and a reboot takes 1.2 s. */
const PARAMETERS: Readonly<Partial<Record<string, FaultParameters>>> = {
  'late-answer': { delayMs: 80 },
  'merged: bytes': { surplus: 'bytes' },
  reboot: { silenceMs: 6_000 },
}
const IMPOSSIBLE = 'cannot be: '

interface Written {
  readonly fault: string
  readonly lines: readonly LineName[]
  readonly cells: readonly string[]
}

const written: readonly Written[] = TABLE.trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [fault = '', lines = '', ...cells] = line.split('|').map((cell) => cell.trim())
    return { fault, lines: lines.split(' ').map(lineNamed), cells }
  })

/** What can be, fault by fault and line by line. */
export const ROWS: readonly Row[] = written.flatMap(({ fault, lines, cells }) => {
  const [becomes = '', counted = '', discarded = '', until = ''] = cells
  if (becomes.startsWith(IMPOSSIBLE)) return []
  return lines.map((line) => ({
    name: `${fault}, ${line}: ${becomes}`,
    trouble: fault === CABLE_BREAK ? CABLE_BREAK : kindNamed(fault),
    parameters: PARAMETERS[fault] ?? {},
    line,
    becomes,
    counted,
    discarded,
    isReleased: until === 'released by hand',
  }))
})

export const IMPOSSIBILITIES: readonly Impossible[] = written.flatMap(({ fault, lines, cells }) => {
  const [becomes = ''] = cells
  if (!becomes.startsWith(IMPOSSIBLE)) return []
  const lack = becomes.slice(IMPOSSIBLE.length)
  return lines.map((line) => ({ name: `${fault}, ${line}`, kind: kindNamed(fault), line, lack }))
})

function lineNamed(name: string): LineName {
  const line = LINES.find((known) => known === name)
  if (line === undefined) throw new Error(`the table of faults knows no line "${name}"`)
  return line
}

function kindNamed(fault: string): FaultKind {
  const kind = FAULT_KINDS.find((known) => known === fault.split(':')[0])
  if (kind === undefined) throw new Error(`the menu of faults has no "${fault}"`)
  return kind
}
