import { useEffect, useState } from 'preact/hooks'
import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { useAlarmDetail } from '../alarm-loader.ts'
import { isMissing } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { useSettings } from '../settings-loader.ts'
import { alarmKey, occurrenceKey } from '../state.ts'
import { PRIORITY_TEXTS, STATE_TEXTS } from '../texts.ts'
import { AlarmActions } from './alarm-actions.tsx'
import { AlarmFacts } from './alarm-facts.tsx'
import { AlarmHazard } from './alarm-hazard.tsx'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { DerivedOf } from './derived.tsx'
import { JournalList } from './journal-list.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { ProblemNote } from './problem-note.tsx'
import { SensorLink } from './sensor-link.tsx'
import { SetPoint } from './set-point.tsx'
import { Trend } from './trend.tsx'
import { AlarmWaveforms } from './waveforms.tsx'
import { WhatToDo } from './what-to-do.tsx'
import { WhoWasTold } from './who-was-told.tsx'

interface AlarmPageProps {
  facility: string
  alarm: string
}

/** One alarm: what to do now before everything else, then what it is, how it came, and what can be done to it. */
export function AlarmPage({ facility, alarm: id }: AlarmPageProps) {
  const { state, words } = useConsole()
  const standing = state.alarms.get(alarmKey({ facility, id }))
  // What stands no more is asked for again: it is normal by now.
  const occurrence = standing === undefined ? 'normal' : occurrenceKey(standing)
  const { settings, failure: settingsFailure } = useSettings(facility, id)
  const { detail, failure } = useAlarmDetail(
    facility,
    id,
    `${occurrence} ${settings?.revision ?? 0} ${state.waveformChanges}`,
  )
  useFacilityOf(facility)
  const alarm = standing ?? detail
  if (alarm === undefined) {
    return (
      <div class="page">
        <section class="panel sensor-title">
          <h1>{id}</h1>
          {failure === undefined ? (
            <p>{words.text('loading')}</p>
          ) : isMissing(failure) ? (
            <p>{words.text('alarmUnknown', { alarm: id, facility })}</p>
          ) : (
            <ProblemNote failure={failure} />
          )}
        </section>
        <History id={id} />
      </div>
    )
  }
  const sensor = state.tree?.sensors.find((candidate) => candidate.id === alarm.sensor)
  const base = sensor?.limits.find((limit) => limit.alarm === id)?.priority
  return (
    <div class="page alarm-page" data-testid="alarm-page">
      <Head alarm={alarm} />
      <div class="alarm-columns">
        <div class="alarm-main">
          <WhatToDo alarm={alarm} detail={detail} failure={failure} />
          <section class="panel alarm-acts" aria-label={words.text('actions')}>
            <AlarmActions alarm={alarm} of={detail?.configuration.class} name="act" />
            <AlarmHazard key={alarm.occurrence} alarm={alarm} />
          </section>
          <WhoWasTold key={alarm.occurrence} alarm={alarm} />
          {detail !== undefined && <AlarmWaveforms key={`waves ${alarm.occurrence}`} detail={detail} />}
          {sensor !== undefined && <DerivedOf key={`derived ${sensor.id}`} sensor={sensor} part="alarm" />}
          {sensor !== undefined && <Trend sensor={sensor} />}
        </div>
        <div class="alarm-side">
          <section class="panel">
            <h2>{words.text('now')}</h2>
            <AlarmFacts alarm={alarm} base={base} configuration={detail?.configuration} />
          </section>
          {settingsFailure !== undefined && <ProblemNote failure={settingsFailure} />}
          {settings !== undefined && <SetPoint alarm={alarm} settings={settings} />}
        </div>
      </div>
      <History id={id} />
    </div>
  )
}

/** Looks at the plant of the alarm, once: whoever chooses another one afterwards is left there. */
function useFacilityOf(facility: string): void {
  const { state, commands } = useConsole()
  const [isDone, setDone] = useState(false)
  const isKnown = state.facilities.some((known) => known.id === facility)
  useEffect(() => {
    if (isDone || !isKnown) return
    setDone(true)
    if (facility !== state.facility) commands.chooseFacility(facility)
  }, [isDone, isKnown, facility, state.facility, commands])
}

function Head({ alarm }: { alarm: AlarmView }) {
  const { state, words } = useConsole()
  const isWaiting = isUnacknowledged(alarm.state)
  // Nothing was decided on a value lately: what is measured now says how far it is from its limit.
  const reading = alarm.facility === state.facility ? state.readings.get(alarm.sensor) : undefined
  const value = alarm.live === 'NORM' ? (reading?.value ?? null) : alarm.value
  const area = state.tree?.areas.find((candidate) => candidate.id === alarm.area)?.name ?? alarm.area
  return (
    <section class={isWaiting ? `panel alarm-head edge-${alarm.priority} waiting` : 'panel alarm-head'}>
      <PriorityMark priority={alarm.priority} blinking={isWaiting} outline={!isWaiting} size={40} />
      <div class="alarm-title">
        <h1>
          {alarm.id}
          <span class={isWaiting ? 'unack' : 'note'}>{words.of(STATE_TEXTS[alarm.state])}</span>
          <span class="alarm-priority">{words.of(PRIORITY_TEXTS[alarm.priority])}</span>
        </h1>
        <p class="banner-message">{alarm.message}</p>
        <p class="muted">
          <SensorLink alarm={alarm} /> · {area}
        </p>
      </div>
      <div class="alarm-value">
        <AlarmNumbers alarm={{ ...alarm, value }} />
      </div>
    </section>
  )
}

function History({ id }: { id: string }) {
  const { words } = useConsole()
  return (
    <section class="panel">
      <div class="trend-head">
        <h2>{words.text('alarmHistory')}</h2>
        <a href={formatRoute({ page: 'journal', filters: { alarm: id } })}>{words.text('inJournal')}</a>
      </div>
      <JournalList filters={{ alarm: id }} />
    </section>
  )
}
