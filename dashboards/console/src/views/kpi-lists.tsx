import type { ComponentChildren } from 'preact'
import type { AlarmKpi, HiddenKind } from '../../../../contracts/kpi.ts'
import { useConsole } from '../console-context.ts'
import { minuteText, spanOfMs } from '../kpi-text.ts'
import { countText } from '../number-text.ts'
import type { TextKey } from '../texts.ts'
import { AlarmLink } from './alarm-link.tsx'
import { Listing } from './listing.tsx'
import { PriorityMark } from './priority-mark.tsx'

/** How each alarm is named in a list. */
type Named = Pick<AlarmKpi['topTen'][number], 'alarm' | 'sensorName' | 'priority'>

const HIDDEN = [
  ['shelved', 'hiddenShelved'],
  ['suppressed', 'hiddenSuppressed'],
  ['outOfService', 'hiddenOutOfService'],
] as const satisfies readonly (readonly [HiddenKind, TextKey])[]

/** The alarms behind the figures, the worst first. */
export function KpiLists({ kpi }: { kpi: AlarmKpi }) {
  const { words } = useConsole()
  const name = (alarm: Named) => <Name facility={kpi.facility} alarm={alarm} />
  const most = Math.max(1, ...kpi.topTen.map(({ count }) => count))
  return (
    <div class="kpi-lists">
      <Part name="topTen" count={kpi.topTen.length}>
        <Listing
          columns={[words.text('alarm'), words.text('times'), words.text('share')]}
          rows={kpi.topTen.map((one) => ({
            key: one.alarm,
            cells: [
              name(one),
              <span key="times" class="share-bar">
                <span style={{ width: `${(one.count / most) * 100}%` }} />
                <b>{countText(one.count)}</b>
              </span>,
              `${Number(one.share.toFixed(1))} %`,
            ],
          }))}
        />
      </Part>
      <Part name="chattering" count={kpi.chattering.length}>
        <Listing
          columns={[
            words.text('alarm'),
            words.text('episodes'),
            words.text('cycles'),
            words.text('lastTime'),
          ]}
          rows={kpi.chattering.map((one) => ({
            key: one.alarm,
            cells: [name(one), countText(one.episodes), countText(one.cycles), minuteText(one.last)],
          }))}
        />
      </Part>
      <Part name="floodList" count={kpi.floods.length}>
        <Listing
          columns={[words.text('begins'), words.text('ends'), words.text('alarms'), words.text('peak10')]}
          rows={kpi.floods.map((flood) => ({
            key: flood.start,
            cells: [
              minuteText(flood.start),
              flood.end === null ? `⚠ ${words.text('goesOn')}` : minuteText(flood.end),
              countText(flood.alarms),
              countText(flood.peak),
            ],
          }))}
        />
      </Part>
      <Part name="staleList" count={kpi.stale.length}>
        <Listing
          columns={[words.text('alarm'), words.text('longest'), words.text('since'), words.text('ends')]}
          rows={kpi.stale.map((one) => ({
            key: one.alarm,
            cells: [
              name(one),
              spanOfMs(one.longest, words),
              minuteText(one.since),
              one.until === null ? words.text('goesOn') : minuteText(one.until),
            ],
          }))}
        />
      </Part>
      <Part name="fleeting" count={kpi.fleeting.length}>
        <Listing
          columns={[words.text('alarm'), words.text('times')]}
          rows={kpi.fleeting.map((one) => ({ key: one.alarm, cells: [name(one), countText(one.count)] }))}
        />
      </Part>
      <Part name="standingList" count={kpi.standing.length}>
        <Listing
          columns={[
            words.text('alarm'),
            words.text('since'),
            words.text('lasted'),
            words.text('isAcknowledged'),
          ]}
          rows={kpi.standing.map((one) => ({
            key: one.alarm,
            cells: [
              name(one),
              minuteText(one.since),
              spanOfMs(one.duration, words),
              words.text(one.acknowledged ? 'yes' : 'no'),
            ],
          }))}
        />
      </Part>
      {HIDDEN.map(([kind, title]) => (
        <Part key={kind} name={title} count={kpi[kind].length}>
          <Listing
            columns={[
              words.text('alarm'),
              words.text('times'),
              words.text('lasted'),
              words.text('nowHidden'),
            ]}
            rows={kpi[kind].map((one) => ({
              key: one.alarm,
              cells: [
                name(one),
                countText(one.times),
                spanOfMs(one.duration, words),
                one.now === null
                  ? '–'
                  : `${minuteText(one.now.since)} · ${one.now.by} · ${one.now.reason}${
                      one.now.until === null
                        ? ''
                        : ` · ${words.text('testUntil', { time: minuteText(one.now.until) })}`
                    }`,
              ],
            }))}
          />
        </Part>
      ))}
    </div>
  )
}

function Part({ name, count, children }: { name: TextKey; count: number; children: ComponentChildren }) {
  const { words } = useConsole()
  return (
    <section class="panel" data-testid={`kpi-${name}`}>
      <h2>
        {words.text(name)} <span class="nav-note">{count}</span>
      </h2>
      {children}
    </section>
  )
}

function Name({ facility, alarm }: { facility: string; alarm: Named }) {
  return (
    <span class="listing-alarm">
      <PriorityMark priority={alarm.priority} outline size={20} />
      <span>
        <AlarmLink alarm={{ facility, id: alarm.alarm }} />
        <span class="muted"> {alarm.sensorName}</span>
      </span>
    </span>
  )
}
