import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { KpiQuery } from '../../contracts/kpi.ts'
import { SYSTEM_AREA } from '../system-sensors.ts'
import { Calendar } from './calendar.ts'

const DAY_MS = 86_400_000
/** As long as readings are kept by default: a year and what is compared with it. */
const MOST_DAYS = 400

type Plant = Pick<Facility, 'id' | 'timezone' | 'shifts' | 'areas'>

/**
 * The window that was asked for, epoch ms; without one the 24 hours before `now`. What is still to come is cut off, since
 * hours in which nothing can have happened yet would make every rate look better.
 * @throws CodedError REQUEST_INVALID
 */
export function windowQuery(
  plant: Plant,
  now: number,
  asked: { from?: number | undefined; to?: number | undefined; area?: string | undefined },
): KpiQuery {
  const to = Math.min(asked.to ?? now, now)
  const from = asked.from ?? to - DAY_MS
  if (from >= to)
    throw new CodedError('REQUEST_INVALID', 'from must be before to, and before the present time')
  if (to - from > MOST_DAYS * DAY_MS)
    throw new CodedError('REQUEST_INVALID', `a window is at most ${MOST_DAYS} days long`)
  const { area } = asked
  const known = [...plant.areas.map(({ id }) => id), SYSTEM_AREA]
  if (area !== undefined && !known.includes(area))
    throw new CodedError('REQUEST_INVALID', `no area "${area}": there are ${known.join(', ')}`)
  return {
    facility: plant.id,
    timezone: plant.timezone,
    shifts: plant.shifts,
    from,
    to,
    ...(area === undefined ? {} : { area }),
  }
}

/** A month of the plant's calendar, such as 2026-11, as far as it has come. @throws CodedError REQUEST_INVALID */
export function monthQuery(plant: Plant, now: number, month: string): KpiQuery {
  const window = new Calendar(plant.timezone).month(month)
  if (window === undefined) throw new CodedError('REQUEST_INVALID', `"${month}" is no month such as 2026-11`)
  if (window.from >= now) throw new CodedError('REQUEST_INVALID', `${month} has not begun`)
  return windowQuery(plant, now, window)
}
