import { withDefaults } from '../../config-defaults.ts'
import { formatPath } from '../../config-document.ts'
import { schemaProblems } from '../../config-problems.ts'
import { formatCsv } from '../../csv.ts'
import { CodedError } from '../../errors.ts'
import { loadFacility } from '../../facility-load.ts'
import { formatIso, isTimezone } from '../../iso-time.ts'
import { didYouMean } from '../../suggestion.ts'
import { TANK_LIMITS } from '../derived-schema.ts'
import type { Tank } from '../level/tank.ts'
import { resolveTank } from '../level/tank-resolve.ts'
import { tankProblems } from '../level/tank-rules.ts'
import { TANK_HEADS, TANK_SHAPES, type TankFile, TankSchema } from '../level/tank-schema.ts'
import { spanOf } from '../level/tank-shape.ts'
import type { Analysis, AnalysisOptions } from './analysis.ts'
import { type LevelRow, levelOf } from './level-analysis.ts'
import { OptionWords } from './option-words.ts'
import { findColumn, type RecordFile, readTable } from './record-file.ts'
import { readRows } from './record-rows.ts'

const UNITS = ['m', 'cm', 'mm', 'in', 'ft'] as const
/** Of a liquid, degC; what instruments write instead of a temperature (-999, 850) is beyond. */
const LIQUID_C = { least: -200, most: 500 } as const
const WINDOW_MS = 300_000
const HOLD_MS = 300_000
const MOST = 1_000
/** A tank of the command line, which stands nowhere. */
const OWN = 'record'
/** What a tank of the command line is made of; one of a file has its own. */
const OWN_OPTIONS = [
  ...['shape', 'diameter', 'height', 'length', 'heads', 'strapping', 'max-flow'],
  ...['beta', 'reference'],
]
/** Beta is of no use without a density, and no result is a mass. */
const ANY_LIQUID = { cas: '8006-61-9', density: 1_000 }

const USAGE = `--config plant.yaml --tank T-101
  npm run analyse -- level FILE --shape vertical-cylinder --diameter 20 --height 12

Prints volume, standard volume, net flow and the time to a limit at each row, by the formulas of
docs/reference/analytics.md.

FILE is CSV with the columns time, level and, if there are any, temperature (degC) and quality (good, uncertain or bad);
times ascend and are ISO 8601 or as in 2026/11/5 8:00, or seconds or milliseconds since 1970. A row without a level is
bad. A temperature holds until the next one.

  --config F       facility file that has the tank
  --tank T         id of the tank there
  --shape S        of a tank that is in no file: ${TANK_SHAPES.join(', ')}
  --diameter M, --height M, --length M
  --heads H        of a horizontal cylinder: ${TANK_HEADS.join(', ')}
  --strapping F    CSV of level in mm and volume in m3, for --shape strapping
  --max-flow Q     m3/h: levels that change more than three times as fast are rejected
  --beta B         thermal expansion of the liquid per K; without it temperatures are not used
  --reference T    of standard volumes, degC; 15 by default
  --unit U         of the level: ${UNITS.join(', ')}; m by default
  --to L           which limit: ${TANK_LIMITS.join(', ')}; HH by default
  --limit M        its level, m, instead of that of the tank
  --window D       of the line through the volumes; 5m by default
  --hold D         a row holds until the next, and no longer than this; 5m by default
  --timezone Z     of times without an offset and of what is printed; UTC by default
  --json           all of it as JSON

Prints CSV: time, level, volume, standardVolume, netFlow, flowConfidence, timeToLimit, quality. Volumes are in m3, flows in
m3/h, times in minutes; flowConfidence is what the flow may be above (95 %, one-sided). Empty is what cannot be told.
`

interface LevelReport {
  readonly tank: string
  readonly unit: string
  readonly timezone: string
  readonly to: string | null
  readonly rows: readonly LevelRow[]
}

/** `npm run analyse -- level`. */
export const LEVEL_ANALYSIS: Analysis = {
  name: 'level',
  about: 'volume, net flow and time to a limit of a tank at each row',
  usage: USAGE,
  options: Object.fromEntries(
    [...['config', 'tank', ...OWN_OPTIONS], ...['unit', 'to', 'limit', 'window', 'hold', 'timezone']].map(
      (name) => [name, { type: 'string' }],
    ),
  ),
  analyse: analyseLevel,
  print: (result) => printLevel(result as LevelReport),
}

function analyseLevel(file: RecordFile, options: AnalysisOptions): LevelReport {
  const words = new OptionWords(options)
  const unit = words.word('unit', UNITS) ?? 'm'
  const timezone = words.text('timezone') ?? 'UTC'
  if (!isTimezone(timezone)) throw new CodedError('USAGE', `--timezone ${timezone}: no IANA time zone`)
  const asked = words.word('to', TANK_LIMITS)
  const limit = words.number('limit', { least: 0, most: MOST })
  const found = tankOf(words)
  const [, top] = spanOf(found.shape)
  if (limit !== undefined && limit > top)
    throw new CodedError('USAGE', `--limit ${limit}: above the tank, which ends at ${top} m`)
  const tank = limit === undefined ? found : { ...found, levels: { [asked ?? 'HH']: limit } }
  const to = asked ?? (tank.levels.HH === undefined ? undefined : 'HH')
  const table = readTable(file)
  const rows = readRows(table, { value: ['level'], timezone })
  const isWarm = findColumn(table, 'temperature') !== undefined
  const temperatures = isWarm
    ? readRows(table, { value: ['temperature'], timezone, span: LIQUID_C }).filter(
        ({ value }) => value !== undefined,
      )
    : []
  const settings = {
    tank,
    unit,
    to,
    windowMs: words.duration('window') ?? WINDOW_MS,
    holdMs: words.duration('hold') ?? HOLD_MS,
  }
  const known = tank.substance === undefined ? [] : temperatures
  return { tank: tank.id, unit, timezone, to: to ?? null, rows: levelOf(rows, known, settings) }
}

/** The tank of a facility file, or one of its own. */
function tankOf(words: OptionWords): Tank {
  const [config, id] = [words.text('config'), words.text('tank')]
  if (config === undefined && id === undefined) return ownTank(words)
  if (config === undefined || id === undefined)
    throw new CodedError('USAGE', '--config and --tank go together; or give --shape')
  const own = OWN_OPTIONS.filter((name) => words.text(name) !== undefined)
  if (own.length > 0)
    throw new CodedError(
      'USAGE',
      `tank ${id} is as the file has it: leave out ${own.map((name) => `--${name}`).join(', ')}`,
    )
  const { tanks } = loadFacility(config)
  const tank = tanks.get(id)
  if (tank !== undefined) return tank
  const ids = [...tanks.keys()]
  const known = ids.length === 0 ? 'it has none' : `it has ${ids.join(', ')}`
  throw new CodedError('USAGE', `no tank "${id}"${didYouMean(id, ids)} in ${config}: ${known}`)
}

function ownTank(words: OptionWords): Tank {
  const kind = words.word('shape', TANK_SHAPES)
  if (kind === undefined) throw new CodedError('USAGE', '--config and --tank, or --shape, are needed')
  const size = (name: string) => optionalKey(name, words.number(name, { least: 0, most: MOST }))
  const maxFlow = words.number('max-flow', { least: 0, most: 1e6 })
  const beta = words.number('beta', { least: 0, most: 0.01 })
  const referenceTemperature = words.number('reference', { least: -50, most: 100 })
  if (beta === undefined && referenceTemperature !== undefined)
    throw new CodedError('USAGE', '--reference is of use with --beta')
  const content = withDefaults(TankSchema, {
    id: OWN,
    shape: {
      kind,
      ...size('diameter'),
      ...size('height'),
      ...size('length'),
      ...optionalKey('heads', words.word('heads', TANK_HEADS)),
      ...optionalKey('file', words.text('strapping')),
    },
    ...optionalKey('maxFlow', maxFlow),
    ...(beta === undefined
      ? {}
      : {
          substance: {
            ...ANY_LIQUID,
            beta,
            ...optionalKey('referenceTemperature', referenceTemperature),
          },
        }),
  })
  // Paths of the command line begin at the working directory.
  const origin = './command-line'
  const shape = schemaProblems(TankSchema, content)
  const problems = shape.length > 0 ? shape : tankProblems([{ part: content as TankFile, path: [] }], origin)
  if (problems.length > 0)
    throw new CodedError(
      'USAGE',
      problems.map(({ path, message }) => `${formatPath(path)}: ${message}`).join('; '),
    )
  return resolveTank(content as TankFile, origin)
}

function optionalKey(key: string, value: string | number | undefined): Record<string, string | number> {
  return value === undefined ? {} : { [key]: value }
}

function printLevel({ rows, timezone }: LevelReport): string {
  const head = [
    'time',
    'level',
    'volume',
    'standardVolume',
    'netFlow',
    'flowConfidence',
    'timeToLimit',
    'quality',
  ]
  return formatCsv([
    head,
    ...rows.map(({ time, level, volume, standardVolume, netFlow, flowConfidence, timeToLimit }) => [
      formatIso(time, timezone),
      cellOf(level),
      cellOf(volume.value),
      cellOf(standardVolume?.value),
      cellOf(netFlow.value),
      cellOf(flowConfidence),
      cellOf(timeToLimit?.value),
      volume.reason === undefined ? volume.quality : `${volume.quality} ${volume.reason}`,
    ]),
  ])
}

/** Seven digits: a litre of a large tank. */
function cellOf(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(7)))
}
