import type { ComputationKind } from '../analytics/computation.ts'
import { COMPUTE_KEYS } from '../analytics/derived-schema.ts'
import { GAS_KINDS } from '../analytics/gas/kinds.ts'
import { GENERAL_KINDS } from '../analytics/general/kinds.ts'
import { LEVEL_KINDS } from '../analytics/level/kinds.ts'
import type { Unit } from '../units.ts'
import { code, page, table } from './markdown.ts'

const INTRODUCTION = `A derived sensor of the facility file (\`derived:\`) says \`of\` which sensors and what it shall \`compute\`. It ticks on a
fixed grid (\`every\`), and is otherwise a sensor like any other: it has quality, is stored, drawn and alarmed. The keys of
all derived sensors are in [config.md](config.md), units in [units.md](units.md), gases in
[substances.md](substances.md).

A bad value never enters. What is missing lowers the coverage, and with less than \`minCoverage\` (0.75 unless a
computation says otherwise) the result is bad with reason \`inputs\`, which raises no FAULT of its own. Where
what was seen alone is beyond a set point, it is told as uncertain instead ([analytics.md](../analytics.md)). Of uncertain values
comes an uncertain result: it may raise an alarm and clears none. The result does not depend on how readings came in
batches, and after a restart it goes on as if there had been none.`

const PROBES = ['%LEL', 'mm', 'm3/h'] as const satisfies readonly Unit[]
const PROBE = { id: 'y', sensor: 'y', kind: 'other', quantity: '', area: '', pollMs: undefined } as const
const REPORT = { deadband: 0, maxInterval: '30s' }

/** docs/reference/analytics.md: every computation, with its inputs and keys. */
export function analyticsPage(): string {
  const parts = [
    ['General', GENERAL_KINDS],
    ['Gas', GAS_KINDS],
    ['Level', LEVEL_KINDS],
  ] as const
  return page('Computations of derived sensors', [
    INTRODUCTION,
    ...parts.flatMap(([title, kinds]) => (kinds.length === 0 ? [] : [`## ${title}`, kindsTable(kinds)])),
    '## Keys',
    'Keys of single computations, beside those of all derived sensors.',
    keysTable([...GENERAL_KINDS, ...GAS_KINDS, ...LEVEL_KINDS]),
  ])
}

function kindsTable(kinds: readonly ComputationKind[]): string {
  return table(
    ['`compute`', 'What it is', 'Inputs', 'Window', 'Unit', 'Keys'],
    kinds.map((kind) => [
      code(kind.name),
      kind.about,
      inputsText(kind),
      windowText(kind),
      unitText(kind),
      keysText(kind),
    ]),
  )
}

function inputsText({ of: { least, most }, takesAlarms }: ComputationKind): string {
  const count = least === most ? `${least}` : `${least} to ${most}`
  return takesAlarms === true ? `${count}, alarms too` : count
}

function windowText({ window, mayHaveWindow }: ComputationKind): string {
  if (window === null) return '**required**'
  return window === undefined ? (mayHaveWindow === true ? 'may have one' : 'none') : code(window)
}

/** Of the result when the file gives none, found by what a kind makes of inputs in different units. */
function unitText(kind: ComputationKind): string {
  const made = PROBES.map((unit) =>
    kind.unit({ id: 'x', of: 'y', compute: kind.name, report: REPORT, alarms: {}, retired: false }, [
      { ...PROBE, unit },
      { ...PROBE, unit },
    ]),
  )
  const [first] = made
  if (made.every((unit, at) => unit === PROBES[at])) return 'that of the input'
  if (made.every((unit) => unit === first)) return first === undefined ? '**required**' : code(first)
  return 'by the input'
}

function keysText({ keys, required }: ComputationKind): string {
  return keys.map((key) => (required.includes(key) ? `**${code(key)}**` : code(key))).join(', ')
}

function keysTable(kinds: readonly ComputationKind[]): string {
  const rows = Object.entries(COMPUTE_KEYS).map(([key, schema]) => {
    const takers = kinds.filter(({ keys }) => keys.some((one) => one === key)).map(({ name }) => code(name))
    const text = 'description' in schema ? String(schema.description) : ''
    return [code(key), text, takers.join(', ')]
  })
  return table(['Key', 'Meaning', 'Taken by'], rows)
}
