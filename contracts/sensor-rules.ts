import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseModicon } from './modicon.ts'
import type { AlarmFile, RegisterFile, SensorFile } from './sensor-schema.ts'
import type { Sound } from './sound-parts.ts'

/** What a sensor of the right shape can still get wrong. */
export function sensorProblems(sensor: Sound<SensorFile>, path: Path): Problem[] {
  const { register, alarms, range, valid } = sensor
  return [
    ...(register === undefined ? [] : registerProblems(register, [...path, 'register'])),
    ...spanProblems(range, [...path, 'range']),
    ...spanProblems(valid, [...path, 'valid']),
    ...alarmsProblems(alarms, [...path, 'alarms']),
  ]
}

/** Also for derived sensors. */
export function alarmsProblems(alarms: Sound<SensorFile['alarms']>, path: Path): Problem[] {
  return Object.entries(alarms ?? {}).flatMap(([key, alarm]) =>
    alarm === undefined ? [] : alarmProblems(key, alarm, [...path, key]),
  )
}

function spanProblems(span: readonly (number | undefined)[] | undefined, path: Path): Problem[] {
  const [low, high] = span ?? []
  if (low === undefined || high === undefined || low < high) return []
  return [{ path, message: `[${low}, ${high}]: the first number must be below the second` }]
}

function alarmProblems(key: string, alarm: Sound<AlarmFile>, path: Path): Problem[] {
  const { when, limit } = alarm
  if (when === undefined) return []
  const problems: Problem[] = []
  const refuse = (at: string, message: string) => problems.push({ path: [...path, at], message })
  if (key === 'FAULT' && when !== 'fault')
    refuse('when', 'the alarm FAULT of a sensor is for when fault only')
  const hasLimit = when !== 'stale' && when !== 'fault'
  if (hasLimit && limit === undefined)
    refuse('limit', `required key "limit" is missing for an alarm when ${when}`)
  if (!hasLimit && limit !== undefined) refuse('limit', `an alarm when ${when} has no limit`)
  return problems
}

function registerProblems(register: Sound<RegisterFile>, path: Path): Problem[] {
  const { address, type, bit, length, from, to } = register
  const problems = spanProblems(register.valid, [...path, 'valid'])
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })

  const modicon = typeof address === 'string' ? parseModicon(address) : undefined
  if (typeof address === 'string' && modicon === undefined)
    refuse('address', `"${address}" is no Modicon reference: they begin at 1, such as "40001"`)
  if (modicon !== undefined && register.table !== undefined && register.table !== modicon.table)
    refuse('table', `"${address}" is in table ${modicon.table}, not ${register.table}`)

  const first = modicon?.address ?? (typeof address === 'number' ? address : 0)
  const last = first + registersOf(register) - 1
  if (last > LAST_ADDRESS) refuse('address', `the value reaches to address ${last}, past ${LAST_ADDRESS}`)

  const table = modicon?.table ?? register.table ?? 'holding'
  const holdsBits = table === 'coil' || table === 'discrete'
  if (holdsBits && type !== undefined && type !== 'bit')
    refuse('type', `table ${table} holds bits, not ${type}`)
  if (!holdsBits && type === 'bit' && bit === undefined)
    refuse('bit', 'required key "bit" is missing: say which bit of the register')
  if (bit !== undefined && (type !== 'bit' || holdsBits))
    refuse('bit', 'only type bit of a holding or input register has a bit')
  if (type === 'string' && length === undefined)
    refuse('length', 'required key "length" is missing for a string')
  if (length !== undefined && type !== 'string') refuse('length', 'only a string has a length')

  if (from === undefined && to !== undefined) refuse('from', '`from` and `to` go together')
  if (from !== undefined && to === undefined) refuse('to', '`from` and `to` go together')
  if (from !== undefined && (register.scale !== undefined || register.offset !== undefined))
    refuse('from', 'give either from and to, or scale and offset')
  if (from !== undefined && from[0] === from[1]) refuse('from', 'the two numbers must differ')
  if (register.scale === 0) refuse('scale', 'a scale of 0 would lose the value')
  return problems
}

/** Addresses are 16 bits wide. */
const LAST_ADDRESS = 65_535

/** How many registers the value takes; the names of the wide types end in their bits. */
function registersOf({ type, length }: Sound<RegisterFile>): number {
  if (type === 'string') return Math.ceil((length ?? 1) / 2)
  if (type?.endsWith('64')) return 4
  return type?.endsWith('32') ? 2 : 1
}
