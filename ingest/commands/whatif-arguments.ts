import { readFileSync } from 'node:fs'
import { type AlarmOverride, parseOverride, withOverrides } from '../../contracts/alarm-override.ts'
import { parseCommandLine } from '../../contracts/cli.ts'
import { formatDuration, parseDuration } from '../../contracts/duration.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { chosenFacility, loadFacilities } from '../../contracts/facility-set.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { WhatIfWindow } from '../../contracts/what-if.ts'

const WARM_UP = '1h'
/** An operator is no faster, and neither is the replay of one, ms. */
const LEAST_ACKNOWLEDGE_MS = 1_000

/** What `whatif` is asked. */
export interface WhatIfQuestion {
  readonly file: Facility
  /** The same plant with the settings that are tried. */
  readonly set: Facility
  readonly window: WhatIfWindow
  /** Null: nobody acknowledges. Undefined: as the journal shows. */
  readonly acknowledgeAfterMs: number | null | undefined
  readonly isJson: boolean
  /** Every occurrence and every alarm that differs, not only the first. */
  readonly isAll: boolean
}

/** Undefined when only the help is wanted. `now` is the wall clock, epoch ms. @throws CodedError USAGE, CONFIG_* */
export function whatIfQuestion(argv: readonly string[], now: number): WhatIfQuestion | undefined {
  const { values, positionals } = parseCommandLine(argv, {
    config: { type: 'string', multiple: true },
    facility: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    set: { type: 'string', multiple: true },
    sets: { type: 'string', multiple: true },
    with: { type: 'string' },
    'warm-up': { type: 'string', default: WARM_UP },
    'acknowledge-after': { type: 'string' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) return undefined
  const [, ...surplus] = positionals
  if (surplus.length > 0) throw new CodedError('USAGE', `unexpected argument "${surplus.join(' ')}"`)
  const window = windowOf({ ...values, warmUp: values['warm-up'] }, now)
  const overrides = [...(values.sets ?? []).flatMap(linesOf), ...(values.set ?? []).map(parseOverride)]
  if (values.with !== undefined && overrides.length > 0)
    throw new CodedError('USAGE', 'give --set and --sets, or another file --with, not both')
  const file = chosenFacility(loadFacilities(values.config ?? []), values.facility)
  return {
    file,
    set: values.with === undefined ? withOverrides(file, overrides) : another(values.with, file),
    window,
    acknowledgeAfterMs: acknowledgeAfter(values['acknowledge-after']),
    isJson: values.json,
    isAll: values.all,
  }
}

function windowOf(
  given: { from?: string | undefined; to?: string | undefined; warmUp: string },
  now: number,
): WhatIfWindow {
  if (given.from === undefined)
    throw new CodedError('USAGE', 'say from when: --from 2026-11-28T00:00:00+08:00')
  const from = timeOf('--from', given.from)
  const to = given.to === undefined ? now : timeOf('--to', given.to)
  if (from >= to) throw new CodedError('USAGE', '--from must be before --to')
  if (to > now) throw new CodedError('USAGE', `--to "${given.to}" is still to come`)
  const warmUpMs = parseDuration(given.warmUp)
  if (warmUpMs === undefined)
    throw new CodedError('USAGE', `--warm-up "${given.warmUp}": expected a duration such as ${WARM_UP}`)
  return { from, to, warmUpMs }
}

function timeOf(option: string, text: string): number {
  const time = parseIso(text)
  if (time !== undefined) return time
  throw new CodedError(
    'USAGE',
    `${option} "${text}": expected a time with an offset or Z, such as 2026-11-28T00:00:00+08:00, or epoch ms`,
  )
}

function acknowledgeAfter(text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined
  if (text === 'never') return null
  const after = parseDuration(text)
  if (after !== undefined && after >= LEAST_ACKNOWLEDGE_MS) return after
  const least = formatDuration(LEAST_ACKNOWLEDGE_MS)
  throw new CodedError(
    'USAGE',
    `--acknowledge-after "${text}": expected a duration from ${least} on, such as 2m, or never`,
  )
}

/** A setting a line; blank lines and those that begin with # say nothing. */
function linesOf(file: string): AlarmOverride[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new CodedError('CONFIG_UNREADABLE', `${file}: ${(error as Error).message}`, { cause: error })
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const setting = line.trim()
    if (setting === '' || setting.startsWith('#')) return []
    const place = `${file}:${index + 1}: ${setting}`
    try {
      return [{ ...parseOverride(setting), text: place }]
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      throw new CodedError(error.code, `${file}:${index + 1}: ${error.detail}`, { cause: error })
    }
  })
}

/** Another file of the same plant: its readings are found under its id. */
function another(path: string, file: Facility): Facility {
  const other = loadFacility(path)
  if (other.id === file.id) return other
  throw new CodedError('USAGE', `--with ${path} is of "${other.id}", not of "${file.id}"`)
}
