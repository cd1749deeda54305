import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import type { AddressBase } from './facility-words.ts'
import { placeOf } from './register-resolve.ts'
import type { RegisterFile, StatusFile } from './sensor-schema.ts'
import { placed, type Sound } from './sound-parts.ts'

/** What of its device a register has to agree with. */
export interface RegisterContext {
  readonly base: AddressBase
  /** True for the fields of an instrument with an ASCII line. */
  readonly isRecord: boolean
  /** Groups of the pattern that have a name, when the record is taken apart by one. */
  readonly names?: readonly string[]
}

/** NAMUR NE 43: these currents are the measurement, mA. */
const MEASUREMENT = { low: 3.8, high: 20.5 } as const
/** Addresses are 16 bits wide. */
const LAST_ADDRESS = 65_535

export function registerProblems(
  register: Sound<RegisterFile>,
  path: Path,
  context: RegisterContext,
): Problem[] {
  const problems = spanProblems(register.valid, [...path, 'valid'])
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  if (context.isRecord) fieldProblems(register, context, refuse)
  else addressProblems(register, context, refuse)

  const { from, to } = register
  if (from === undefined && to !== undefined) refuse('from', '`from` and `to` go together')
  if (from !== undefined && to === undefined) refuse('to', '`from` and `to` go together')
  if (from !== undefined && (register.scale !== undefined || register.offset !== undefined))
    refuse('from', 'give either from and to, or scale and offset')
  if (from !== undefined && from[0] === from[1]) refuse('from', 'the two numbers must differ')
  if (register.scale === 0) refuse('scale', 'a scale of 0 would lose the value')
  for (const key of ['persist', 'subRanges'] as const) {
    if (register[key] !== undefined && register.signal === undefined) refuse(key, `${key} needs signal: ne43`)
  }
  for (const { part, path: at } of placed(register.subRanges, [...path, 'subRanges'])) {
    problems.push(...spanProblems(part.mA, [...at, 'mA']))
    const [low = 0, high = 0] = part.mA ?? []
    if (low < high && low < MEASUREMENT.high && high > MEASUREMENT.low)
      problems.push({
        path: [...at, 'mA'],
        message: `[${low}, ${high}]: ${MEASUREMENT.low} to ${MEASUREMENT.high} mA are the measurement`,
      })
  }
  return problems
}

type Refuse = (key: string, message: string) => void

function fieldProblems(
  { field, ...register }: Sound<RegisterFile>,
  { names }: RegisterContext,
  refuse: Refuse,
) {
  if (field === undefined) refuse('field', 'required key "field" is missing for driver serial-line')
  if (typeof field === 'string' && !/^\d+$/.test(field) && !(names ?? []).includes(field))
    refuse('field', `the pattern of the line has no group named "${field}"`)
  for (const key of ['address', 'table', 'type', 'bit', 'length'] as const) {
    if (register[key] !== undefined) refuse(key, `a field of a record has no ${key}`)
  }
}

function addressProblems(register: Sound<RegisterFile>, { base }: RegisterContext, refuse: Refuse) {
  const { address, type, bit, length, table } = register
  if (register.field !== undefined) refuse('field', 'only devices of driver serial-line have fields')
  if (address === undefined) {
    refuse('address', 'required key "address" is missing')
    return
  }
  const place = placeOf({ address, ...(table === undefined ? {} : { table }) }, base)
  if (place === undefined || place.address < 0)
    refuse(
      'address',
      `${JSON.stringify(address)} is ${typeof address === 'string' ? 'no Modicon reference: they begin at 1, such as "40001"' : `no address of base ${base}`}`,
    )
  const isReference = typeof address === 'string' || base.startsWith('modicon')
  if (isReference && place !== undefined && table !== undefined && table !== place.table)
    refuse('table', `"${address}" is in table ${place.table}, not ${table}`)

  const last = (place?.address ?? 0) + registersOf(register) - 1
  if (last > LAST_ADDRESS) refuse('address', `the value reaches to address ${last}, past ${LAST_ADDRESS}`)

  const holdsBits = place?.table === 'coil' || place?.table === 'discrete'
  if (holdsBits && type !== undefined && type !== 'bit')
    refuse('type', `table ${place.table} holds bits, not ${type}`)
  if (!holdsBits && type === 'bit' && bit === undefined)
    refuse('bit', 'required key "bit" is missing: say which bit of the register')
  if (bit !== undefined && (type !== 'bit' || holdsBits))
    refuse('bit', 'only type bit of a holding or input register has a bit')
  if (type === 'string' && length === undefined)
    refuse('length', 'required key "length" is missing for a string')
  if (length !== undefined && type !== 'string') refuse('length', 'only a string has a length')
}

/** What a device or a sensor says with its status can be understood. */
export function statusProblems(
  status: readonly (Sound<StatusFile> | undefined)[] | undefined,
  path: Path,
  context: RegisterContext,
): Problem[] {
  return placed(status, path).flatMap(({ part, path: at }) => {
    const problems =
      part.register === undefined ? [] : registerProblems(part.register, [...at, 'register'], context)
    const [low, high] = part.bits ?? []
    if (low !== undefined && high !== undefined && low > high)
      problems.push({ path: [...at, 'bits'], message: `[${low}, ${high}]: the lowest bit comes first` })
    if (low !== undefined && /float|string|bit/.test(part.register?.type ?? ''))
      problems.push({ path: [...at, 'bits'], message: `type ${part.register?.type} has no bits to look at` })
    if (context.isRecord) return problems
    for (const value of Object.keys(part.means ?? {})) {
      if (String(Number(value)) !== value)
        problems.push({
          path: [...at, 'means', value],
          message: `"${value}" is no number as it is written: use decimal digits without leading zeros`,
        })
    }
    return problems
  })
}

export function spanProblems(span: readonly (number | undefined)[] | undefined, path: Path): Problem[] {
  const [low, high] = span ?? []
  if (low === undefined || high === undefined || low < high) return []
  return [{ path, message: `[${low}, ${high}]: the first number must be below the second` }]
}

/** How many registers the value takes; the names of the wide types end in their bits. */
function registersOf({ type, length }: Sound<RegisterFile>): number {
  if (type === 'string') return Math.ceil((length ?? 1) / 2)
  if (type?.endsWith('64')) return 4
  return type?.endsWith('32') ? 2 : 1
}
