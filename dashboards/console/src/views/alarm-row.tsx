import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { beganAt, isHidden } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { testFlagOf } from '../running-tests.ts'
import { useBarrier } from '../session.ts'
import type { ConsoleState } from '../state.ts'
import { STATE_TEXTS } from '../texts.ts'
import { ageOf, ageText, shortTime } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { AlarmNumbers } from './alarm-numbers.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { SensorLink } from './sensor-link.tsx'
import { TestMark } from './test-mark.tsx'

interface AlarmRowProps {
  alarm: AlarmView
  isSelected: boolean
  /** Undefined where alarms are not selected. */
  onSelect: ((isSelected: boolean) => void) | undefined
}

/** One alarm: a row of columns where there is room, a card where there is not. */
export function AlarmRow({ alarm, isSelected, onSelect }: AlarmRowProps) {
  const { state, words, commands } = useConsole()
  const barrier = useBarrier()
  const isWaiting = isUnacknowledged(alarm.state)
  const began = beganAt(alarm)
  return (
    <li
      class={isWaiting ? `alarm-row waiting edge-${alarm.priority}` : 'alarm-row'}
      data-testid={`alarm-row-${alarm.id}`}
      data-state={alarm.state}
    >
      <span class="cell-select">
        {isWaiting && onSelect !== undefined && (
          <input
            type="checkbox"
            aria-label={words.text('select', { alarm: alarm.id })}
            checked={isSelected}
            onChange={(event) => onSelect(event.currentTarget.checked)}
          />
        )}
      </span>
      <span class="cell-priority">
        <PriorityMark priority={alarm.priority} blinking={isWaiting} outline={!isWaiting} />
      </span>
      <span class="cell-state">
        <span class={isWaiting ? 'unack' : ''}>{words.of(STATE_TEXTS[alarm.state])}</span>
      </span>
      <span class="cell-sensor">
        <AlarmLink alarm={alarm} />
        <SensorLink alarm={alarm} />
      </span>
      <span class="cell-area">{placeOf(state, alarm)}</span>
      <span class="cell-message">
        {alarm.message}
        <AlarmNotes alarm={alarm} />
      </span>
      <span class="cell-value">
        <AlarmNumbers alarm={alarm} />
      </span>
      <span class="cell-since">
        <span>{shortTime(began, state.heardTime)}</span>
        <span class="age">{ageText(ageOf(began, state.now), words)}</span>
      </span>
      <span class="cell-action">
        {isWaiting && !isHidden(alarm) && (
          <button
            type="button"
            class="button"
            data-testid={`ack-${alarm.id}`}
            {...barrier('acknowledge')}
            onClick={() => commands.ask('acknowledge', [alarm])}
          >
            {words.text('acknowledge')}
          </button>
        )}
        {alarm.acknowledgedBy !== null && !isWaiting && <span class="by">{alarm.acknowledgedBy}</span>}
        {alarm.state === 'LATCH_ACK' && (
          <button
            type="button"
            class="button"
            data-testid={`reset-${alarm.id}`}
            {...barrier('reset')}
            onClick={() => commands.ask('reset', [alarm])}
          >
            {words.text('reset')}
          </button>
        )}
        <button
          type="button"
          class="button more"
          data-testid={`more-${alarm.id}`}
          aria-label={words.text('actionsOf', { alarm: alarm.id })}
          title={words.text('actions')}
          onClick={() => commands.ask('choose', [alarm])}
        >
          ⋯
        </button>
      </span>
    </li>
  )
}

/** What qualifies the alarm: quality of its value, an unknown condition, the latch, a comment, the flags. */
function AlarmNotes({ alarm }: { alarm: AlarmView }) {
  const { words } = useConsole()
  const test = testFlagOf(alarm)
  const flags = [alarm.shelved, alarm.outOfService, ...alarm.suppressed].filter((flag) => flag !== null)
  return (
    <span class="notes">
      {alarm.quality !== null && alarm.quality !== 'good' && (
        <span class={`note note-${alarm.quality}`}>
          {alarm.quality === 'bad' ? '✕ ' : '? '}
          {words.text(alarm.quality)}
          {alarm.reason !== null && `: ${words.reason(alarm.reason)}`}
        </span>
      )}
      {alarm.condition === 'unknown' && <span class="note">? {words.text('conditionUnknown')}</span>}
      {alarm.firstInGroup && (
        <span class="note first">① {words.text('firstInGroup', { group: alarm.group ?? '' })}</span>
      )}
      {alarm.silenced && alarm.ack === 'unacked' && <span class="note">{words.text('silencedNote')}</span>}
      {alarm.latched && !alarm.state.startsWith('LATCH') && <span class="note">{words.text('latched')}</span>}
      {!alarm.journalled && <span class="note note-bad">✕ {words.text('notJournalled')}</span>}
      {alarm.comment !== null && alarm.comment !== '' && <span class="note quote">“{alarm.comment}”</span>}
      {test !== undefined && <TestMark />}
      {flags.map((flag) => (
        <span key={`${flag.cause}${flag.by}${flag.reason}`} class="note">
          {flag.by}: {flag.reason}
        </span>
      ))}
    </span>
  )
}

/** The area; with the plant before it when there are several. */
function placeOf(state: ConsoleState, alarm: AlarmView): string {
  const isHere = alarm.facility === state.facility
  const areas = isHere ? (state.tree?.areas ?? []) : []
  const area = areas.find((candidate) => candidate.id === alarm.area)?.name ?? alarm.area
  if (state.facilities.length < 2) return area
  const plant = state.facilities.find((candidate) => candidate.id === alarm.facility)?.name ?? alarm.facility
  return area === '' ? plant : `${plant} · ${area}`
}
