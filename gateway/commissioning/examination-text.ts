import { isBitTable } from '../polling/plan.ts'
import { type Interpretation, scaleHints } from './interpretation.ts'
import { motionAcross } from './profile-draft.ts'
import type { Examination, ExaminedRegister } from './register-doctor.ts'
import { isHeartbeat } from './register-motion.ts'
import { joined, rangesText } from './register-survey.ts'
import { textTable } from './text-table.ts'

/** Ways of reading a register that are shown besides the 16-bit numbers. */
const MOST_WAYS = 4

/** What the doctor found, for people: the registers with everything they may be, then the best guess. */
export function examinationText(examination: Examination): string {
  const { table, registers } = examination
  const summary = summaryLines(examination)
  if (registers.length === 0) return `${summary.join('\n')}\n`
  const body = isBitTable(table)
    ? bitLines(examination)
    : [...registerLines(examination), '', ...guessLines(examination)]
  return `${[...body, '', ...summary].join('\n')}\n`
}

function registerLines({ registers, points }: Examination): string[] {
  const chosen = new Map(points.map((point) => [point.address, point]))
  const zeros = quietZeros(registers)
  const rows = registers
    .filter(({ address }) => !zeros.has(address))
    .map((register) => [
      String(register.address),
      (register.words.at(-1) ?? 0).toString(16).padStart(4, '0'),
      register.motion === 'constant' ? '' : register.motion,
      narrowText(register.words.at(-1) ?? 0),
      waysText(register, chosen.get(register.address)),
    ])
  const left = zeros.size === 0 ? [] : [`0 and constant: ${rangesText(joined(rangesOf(zeros)))}`]
  return [...textTable([['address', 'hex', 'motion', 'uint16', 'or, by plausibility'], ...rows]), ...left]
}

/** Zeros that never moved, but for those beside something: their halves tell more when they are seen. */
function quietZeros(registers: readonly ExaminedRegister[]): ReadonlySet<number> {
  const isQuiet = ({ words, motion }: ExaminedRegister) => motion === 'constant' && words[0] === 0
  const quiet = new Set(registers.filter(isQuiet).map(({ address }) => address))
  const there = new Set(registers.map(({ address }) => address))
  const isAlone = (address: number) =>
    [address - 1, address + 1].every((at) => quiet.has(at) || !there.has(at))
  return new Set([...quiet].filter(isAlone))
}

function rangesOf(addresses: ReadonlySet<number>) {
  return [...addresses].map((address) => ({ from: address, to: address }))
}

function narrowText(word: number): string {
  return word < 0x8000 ? String(word) : `${word} / ${word - 0x10000}`
}

/** The chosen one has a star. */
function waysText({ interpretations }: ExaminedRegister, chosen: Interpretation | undefined): string {
  const ways = interpretations.filter(({ type }) => type !== 'uint16' && type !== 'int16').slice(0, MOST_WAYS)
  const isChosen = (way: Interpretation) => way.type === chosen?.type && way.order === chosen.order
  const texts = ways.map(
    (way) => `${isChosen(way) ? '*' : ''}${nameOf(way)} ${valueText(way)} (${way.score})`,
  )
  if (chosen?.type === 'string') texts.unshift(`*text ${valueText(chosen)}`)
  return texts.join('  ')
}

function guessLines({ registers, points, order }: Examination): string[] {
  const motions = new Map(registers.map(({ address, motion }) => [address, motion]))
  const rows = points
    .filter((point) => point.value !== 0 || motionAcross(motions, point) !== 'constant')
    .map((point) => {
      const motion = motionAcross(motions, point)
      return [
        String(point.address),
        nameOf(point),
        valueText(point),
        isHeartbeat(motion) ? `${motion}: a heartbeat?` : motion,
        scaleHints(point).join(', '),
        String(point.score),
      ]
    })
  const heading = ['address', 'type', 'value', 'motion', 'or scaled', 'score']
  return [
    `best guess${order === undefined ? '' : `, byte order ${order}`}:`,
    ...textTable([heading, ...rows]),
  ]
}

function nameOf({ type, order }: Interpretation): string {
  return order === undefined ? type : `${type} ${order}`
}

function valueText({ value }: Interpretation): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(Number(value.toPrecision(7)))
}

function bitLines({ registers }: Examination): string[] {
  const rows = registers.map(({ address, words, motion }) => [
    String(address),
    String(words.at(-1) ?? 0),
    motion,
  ])
  return textTable([['address', 'bit', 'motion'], ...rows])
}

function summaryLines(examination: Examination): string[] {
  const { unit, table, asked, readable, refused, silent, blockLimit, requests, ending } = examination
  const lines = [`unit ${unit}, ${table} ${asked.from}..${asked.to}, ${requests} requests`]
  lines.push(`answered: ${rangesText(readable) || 'nothing'}`)
  if (blockLimit !== undefined) lines.push(`it answers at most ${blockLimit} at once`)
  if (refused.length > 0) lines.push(`holes that it refuses: ${rangesText(refused)}`)
  if (silent.length > 0) lines.push(`not answered: ${rangesText(silent)}`)
  if (ending === 'stopped') lines.push('stopped: the rest was not asked')
  if (ending === 'silent') lines.push('it went silent: the rest was not asked')
  return lines
}
