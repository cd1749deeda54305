import type { AlarmKpi } from '../../../../contracts/kpi.ts'
import { useConsole } from '../console-context.ts'
import { spanOfMs } from '../kpi-text.ts'
import { countText } from '../number-text.ts'
import { Listing } from './listing.tsx'

/** The most that one person can manage in a day (ISA-18.2). */
const MOST_A_DAY = 300

/** On a phone every fourth of more bars has its number. */
const MOST_LABELS = 9

/** Alarms day by day as bars with their numbers, and the same as a table; shifts beneath. */
export function KpiDays({ kpi }: { kpi: AlarmKpi }) {
  const { words } = useConsole()
  const most = Math.max(1, ...kpi.days.map(({ annunciated }) => annunciated))
  // The line is drawn where it is near enough to say something.
  const top = most > MOST_A_DAY / 3 ? Math.max(most, MOST_A_DAY) : most
  const height = (count: number) => `${(count / top) * 100}%`
  const flood = (ms: number) => (ms > 0 ? `⚠ ${spanOfMs(ms, words)}` : '')
  return (
    <section class="panel">
      <h2>{words.text('perDay')}</h2>
      {kpi.days.length > 1 && (
        <>
          <ol class={kpi.days.length > MOST_LABELS ? 'bars many' : 'bars'} aria-hidden="true">
            {top >= MOST_A_DAY && (
              <li class="bar-line" style={{ bottom: `calc(22px + (100% - 44px) * ${MOST_A_DAY / top})` }} />
            )}
            {kpi.days.map((day) => (
              <li key={day.date} title={`${day.date}: ${day.annunciated}`}>
                <span class="bar-space">
                  <span class="bar-count">
                    {day.flood > 0 && '⚠'}
                    {day.annunciated}
                  </span>
                  <span
                    class={day.flood > 0 ? 'bar flooded' : 'bar'}
                    style={{ height: height(day.annunciated) }}
                  />
                </span>
                <span class="bar-day">{Number(day.date.slice(8))}</span>
              </li>
            ))}
          </ol>
          <p class="hint">{words.text('perDayKey')}</p>
        </>
      )}
      <details open={kpi.days.length <= 7}>
        <summary>{words.text('dayByDay')}</summary>
        <Listing
          columns={[
            words.text('date'),
            words.text('alarms'),
            words.text('peak10'),
            words.text('timeInFlood'),
            words.text('stalePerDay'),
          ]}
          rows={kpi.days.map((day) => ({
            key: day.date,
            cells: [
              day.date,
              countText(day.annunciated),
              countText(day.peak10Minutes),
              flood(day.flood),
              countText(day.stale),
            ],
          }))}
        />
      </details>
      <details open={kpi.days.length <= 7}>
        <summary>{words.text('perShift')}</summary>
        <Listing
          columns={[
            words.text('date'),
            words.text('shift'),
            words.text('alarms'),
            words.text('peak10'),
            words.text('timeInFlood'),
          ]}
          rows={kpi.shifts.map((shift) => ({
            key: `${shift.date} ${shift.shift}`,
            cells: [
              shift.date,
              shift.shift,
              countText(shift.annunciated),
              countText(shift.peak10Minutes),
              flood(shift.flood),
            ],
          }))}
        />
      </details>
    </section>
  )
}
