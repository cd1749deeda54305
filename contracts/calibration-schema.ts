import Type from 'typebox'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseDuration } from './duration.ts'
import type { Sensor } from './facility.ts'
import type { Rationalization } from './rationalization-schema.ts'
import { ms, optional } from './resolve-parts.ts'
import { closed, Duration } from './schema-parts.ts'
import type { Sound } from './sound-parts.ts'

/** How often a detector is looked after: docs/calibration.md. */
export const CalibrationSchema = Type.Object(
  {
    every: Type.Optional(Duration('It is calibrated at least this often, such as 180d.')),
    bump: Type.Optional(
      Duration(
        'Gas is put to it at least this often, such as 30d. Alarms of this sensor have no testInterval then.',
      ),
    ),
  },
  {
    ...closed,
    title: 'calibration',
    description: 'When it is due for calibration and bump test; overdue, it votes no more.',
  },
)
export type CalibrationFile = Type.Static<typeof CalibrationSchema>

/** Less than that is a mistaken unit, more is never. */
const LEAST = '1h'
const MOST = '3650d'

interface Alarmed {
  readonly calibration?: Sound<CalibrationFile> | undefined
  readonly alarms?: Readonly<
    Record<string, { readonly rationalization?: Sound<Rationalization> } | undefined>
  >
}

/** What the intervals of a sensor can still get wrong; the interval of a test is said in one place. */
export function calibrationProblems({ calibration, alarms }: Sound<Alarmed>, path: Path): Problem[] {
  if (calibration === undefined) return []
  const at = [...path, 'calibration']
  const problems: Problem[] = []
  if (calibration.every === undefined && calibration.bump === undefined)
    problems.push({ path: at, message: 'give every, bump or both' })
  for (const key of ['every', 'bump'] as const) {
    const text = calibration[key]
    const length = text === undefined ? undefined : parseDuration(text)
    if (length !== undefined && (length < ms(LEAST) || length > ms(MOST)))
      problems.push({ path: [...at, key], message: `${text}: expected ${LEAST} to ${MOST}` })
  }
  for (const [key, alarm] of Object.entries(alarms ?? {}))
    if (calibration.bump !== undefined && alarm?.rationalization?.testInterval !== undefined)
      problems.push({
        path: [...path, 'alarms', key, 'rationalization', 'testInterval'],
        message: 'calibration.bump of the sensor says how often it is tested: leave this out',
      })
  return problems
}

export function resolveCalibration(
  file: CalibrationFile | undefined,
): Pick<Sensor, 'calibration'> | Record<string, never> {
  if (file === undefined) return {}
  const { every, bump } = file
  return {
    calibration: {
      ...optional('everyMs', every === undefined ? undefined : ms(every)),
      ...optional('bumpMs', bump === undefined ? undefined : ms(bump)),
    },
  }
}
