import type { Driver, RegisterTable } from '../../contracts/facility-words.ts'
import { isBitTable } from '../polling/plan.ts'
import { type Interpretation, scaleHints } from './interpretation.ts'
import type { Examination, ExaminedRegister } from './register-doctor.ts'
import { isHeartbeat, type Motion } from './register-motion.ts'
import { rangesText } from './register-survey.ts'

/**
 * The examination as a device profile that loads as it stands, with what a person has to judge in comments:
 * every point is of kind other, without a unit, until somebody has compared it with the manual.
 */
export function profileDraft(examination: Examination, about: { profile: string; driver: Driver }): string {
  const { unit, table, asked, readable, refused, blockLimit, registers } = examination
  const motions = new Map(registers.map(({ address, motion }) => [address, motion]))
  const points = isBitTable(table)
    ? registers.map((register) => bitPoint(table, register))
    : examination.points.map((point) => wordPoint(table, point, motionAcross(motions, point)))
  const limit = blockLimit === undefined || isBitTable(table) ? '' : `, maxRegisters: ${blockLimit}`
  return [
    `# Drafted by gateway probe from unit ${unit}, ${table} ${asked.from}..${asked.to}.`,
    `# Answered: ${rangesText(readable) || 'nothing'}. Refused: ${rangesText(refused) || 'nothing'}.`,
    '# What the registers mean is a guess: compare each point with the manual and the display, then give it its',
    '# kind, unit, scale and name, and leave out what nobody needs.',
    `profile: ${about.profile}`,
    `title: ${JSON.stringify(`Draft: unit ${unit}, ${table} ${asked.from}..${asked.to}`)}`,
    'source: gateway probe; no manual seen yet',
    'verifiedOnHardware: false',
    `drivers: [${about.driver}]`,
    // Holes that the device refuses must not be read across.
    `device: { maxGap: 0${limit} }`,
    ...(points.some((point) => point.isPoint) ? ['points:'] : ['points: {}']),
    ...points.flatMap(({ lines }) => lines),
    '',
  ].join('\n')
}

interface DraftPoint {
  /** False for one that is a comment only. */
  readonly isPoint: boolean
  readonly lines: readonly string[]
}

function bitPoint(table: RegisterTable, { address, words, motion }: ExaminedRegister): DraftPoint {
  const register = `{ table: ${table}, address: ${address} }`
  return {
    isPoint: true,
    lines: [`  # ${words.at(-1) ?? 0}, ${motion}`, line(`${table}-${address}`, { kind: 'state', register })],
  }
}

function wordPoint(table: RegisterTable, point: Interpretation, motion: Motion): DraftPoint {
  const { address, type, order, value } = point
  // A sensor is a number: text is told to the reader, not to the gateway.
  if (typeof value === 'string') {
    return { isPoint: false, lines: [`  # ${table} ${address}: text ${JSON.stringify(value)}`] }
  }
  // Hundreds of registers that are not in use would hide the few that are.
  if (value === 0 && motion === 'constant') {
    return { isPoint: false, lines: [`  # ${table} ${address}: 0, constant`] }
  }
  const hints = scaleHints(point)
  const beat = isHeartbeat(motion) ? '; a heartbeat?' : ''
  const alternatives = hints.length === 0 ? '' : `; or ${hints.join(', ')}`
  const where = order === undefined ? '' : `, order: ${order}`
  const register = `{ table: ${table}, address: ${address}, type: ${type}${where} }`
  return {
    isPoint: true,
    lines: [
      `  # ${Number(value.toPrecision(7))}, ${motion}${beat}${alternatives}; score ${point.score}`,
      line(`${table}-${address}`, { kind: 'other', register }),
    ],
  }
}

function line(name: string, { kind, register }: { kind: string; register: string }): string {
  return `  ${name}: { kind: ${kind}, unit: "1", register: ${register} }`
}

/** A wide value moves when either half does. */
export function motionAcross(motions: ReadonlyMap<number, Motion>, point: Interpretation): Motion {
  const each = Array.from(
    { length: point.registers },
    (_, index) => motions.get(point.address + index) ?? 'constant',
  )
  return each.find((motion) => motion !== 'constant') ?? 'constant'
}
