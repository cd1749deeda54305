import type { SensorView } from '../../../../contracts/api.ts'
import { SYSTEM_PREFIX } from '../../../../contracts/ids.ts'
import { useConsole } from '../console-context.ts'
import { limitText, numberText, styleOf } from '../number-text.ts'
import { formatRoute } from '../route.ts'
import { isBlind, type SensorCondition, sensorConditions } from '../sensor-condition.ts'
import { PRIORITY_TEXTS } from '../texts.ts'
import { ageOf, ageText, shortTime } from '../time-text.ts'
import { AlarmList } from './alarm-list.tsx'
import { AsideMarks } from './aside-marks.tsx'
import { CONDITION_SIGNS } from './condition-sign.ts'
import { DerivedOf } from './derived.tsx'
import { DerivedMark } from './derived-mark.tsx'
import { DetectorPage } from './detector-page.tsx'
import { JournalList } from './journal-list.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { SensorTests } from './sensor-tests.tsx'
import { BeliefNote, SensorValue } from './sensor-value.tsx'
import { Trend } from './trend.tsx'
import { SensorWaveforms } from './waveforms.tsx'

/** Everything about one sensor: now, its past, its limits, its alarms and what happened to them. */
export function SensorPage({ sensor: id }: { sensor: string }) {
  const { state, words } = useConsole()
  const condition = sensorConditions(state).find(({ sensor }) => sensor.id === id)
  const alarms = [...state.alarms.values()].filter(
    (alarm) => alarm.facility === state.facility && alarm.sensor === id,
  )
  return (
    <div class="page">
      <p class="crumb">
        <a href={formatRoute({ page: 'overview' })}>‹ {words.text('back')}</a>
      </p>
      {condition === undefined ? (
        <section class="panel sensor-title">
          <h1>{id}</h1>
          <p>{words.text(id.startsWith(SYSTEM_PREFIX) ? 'systemSensor' : 'sensorUnknown', { sensor: id })}</p>
        </section>
      ) : (
        <>
          <Now condition={condition} />
          <DerivedOf key={`derived ${id}`} sensor={condition.sensor} part="sensor" />
          <Trend sensor={condition.sensor} />
          {state.facility !== undefined && (
            <SensorWaveforms key={id} facility={state.facility} sensor={condition.sensor} />
          )}
          <SensorTests sensor={condition.sensor} />
          {condition.sensor.derived === null && <DetectorPage sensor={id} />}
        </>
      )}
      {/* That alarms of a sensor which is not there are normal would be no news. */}
      {(condition !== undefined || alarms.length > 0) && (
        <section class="panel">
          <h2>{words.text('sensorAlarms')}</h2>
          <AlarmList alarms={alarms} blind={condition !== undefined && isBlind(condition) ? 1 : 0} />
        </section>
      )}
      <section class="panel">
        <h2>{words.text('sensorJournal')}</h2>
        <JournalList filters={{ sensor: id }} />
      </section>
    </div>
  )
}

function Now({ condition: { sensor, belief, alarms, aside } }: { condition: SensorCondition }) {
  const { state, words } = useConsole()
  const area = state.tree?.areas.find((candidate) => candidate.id === sensor.area)?.name ?? sensor.area
  const [alarm] = alarms
  return (
    <section class={`panel sensor-now tile-${belief.kind}`}>
      <div class="sensor-title">
        <h1>
          {sensor.id}
          <DerivedMark sensor={sensor} />
          {alarm !== undefined && (
            <PriorityMark priority={alarm.priority} outline={alarm.state === 'ACKED'} />
          )}
        </h1>
        <p>{sensor.name}</p>
        <p class="muted">{area}</p>
        <AsideMarks aside={aside} />
      </div>
      <div class="sensor-value">
        <SensorValue sensor={sensor} belief={belief} />
        {(belief.kind !== 'good' || state.link !== 'live') && <BeliefNote sensor={sensor} belief={belief} />}
        {belief.kind !== 'none' && (
          <p class="muted">
            {words.text('sampled')} {shortTime(belief.time, state.heardTime)} ·{' '}
            {ageText(ageOf(belief.time, state.now), words)}
          </p>
        )}
      </div>
      <Facts sensor={sensor} />
    </section>
  )
}

function Facts({ sensor }: { sensor: SensorView }) {
  const { words } = useConsole()
  const style = styleOf(sensor)
  const limits = sensor.limits.filter(({ limit }) => limit !== null)
  const [low, high] = sensor.range ?? []
  return (
    <dl class="facts">
      <div>
        <dt>{words.text('limits')}</dt>
        <dd>
          {limits.length === 0
            ? '–'
            : limits.map(({ key, when, limit, priority }) => (
                <span key={key} class="limit-fact">
                  <PriorityMark priority={priority} outline size={20} />
                  <b>{key}</b> {CONDITION_SIGNS[when]} {limitText(limit ?? 0)} {style.unit}{' '}
                  <span class="muted">{words.of(PRIORITY_TEXTS[priority])}</span>
                </span>
              ))}
        </dd>
      </div>
      {low !== undefined && high !== undefined && (
        <div>
          <dt>{words.text('range')}</dt>
          <dd>
            {numberText(low, 0)} … {numberText(high, 0)} {style.unit}
          </dd>
        </div>
      )}
      <div>
        <dt>{words.text('device')}</dt>
        <dd>
          {sensor.derived === null
            ? `${sensor.gateway} / ${sensor.bus} / ${sensor.device}`
            : words.text('computed')}
        </dd>
      </div>
    </dl>
  )
}
