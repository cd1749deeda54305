import { useState } from 'preact/hooks'
import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { sortAlarms } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
import { alarmKey, occurrenceKey } from '../state.ts'
import { AlarmRow } from './alarm-row.tsx'
import { FloodView } from './flood-view.tsx'

interface AlarmListProps {
  alarms: Iterable<AlarmView>
  /** How many sensors have set points and no value that could be held against them. */
  blind: number
}

/** The operator's list with selection; what flags took off it stands folded beneath. */
export function AlarmList({ alarms, blind }: AlarmListProps) {
  const { state, words, commands } = useConsole()
  const barrier = useBarrier()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [view, setView] = useState<'flood' | 'list'>('flood')
  const { shown, hidden } = sortAlarms(alarms)
  const isFlood = shown.some((alarm) => state.floods.get(alarm.facility)?.isFlood === true)
  const waiting = shown.filter((alarm) => isUnacknowledged(alarm.state))
  // An occurrence that is over drops out of the selection by itself.
  const chosen = waiting.filter((alarm) => selected.has(occurrenceKey(alarm)))
  const choose = (alarm: AlarmView, isSelected: boolean) => {
    const keys = new Set(chosen.map(occurrenceKey))
    if (isSelected) keys.add(occurrenceKey(alarm))
    else keys.delete(occurrenceKey(alarm))
    setSelected(keys)
  }
  const row = (alarm: AlarmView) => (
    <AlarmRow
      key={alarmKey(alarm)}
      alarm={alarm}
      isSelected={selected.has(occurrenceKey(alarm))}
      onSelect={waiting.length > 1 ? (isSelected) => choose(alarm, isSelected) : undefined}
    />
  )
  return (
    <div class="alarms" data-testid="alarm-list">
      {isFlood && <ViewChoice view={view} onChoose={setView} />}
      {waiting.length > 1 && (
        <div class="selection">
          <button type="button" class="link" onClick={() => setSelected(new Set(waiting.map(occurrenceKey)))}>
            {words.text('selectAll')}
          </button>
          {chosen.length > 0 && (
            <>
              <button type="button" class="link" onClick={() => setSelected(new Set())}>
                {words.text('clearSelection')}
              </button>
              <button
                type="button"
                class="button primary"
                data-testid="ack-selected"
                {...barrier('acknowledge')}
                onClick={() => commands.ask('acknowledge', chosen)}
              >
                {words.text('acknowledgeSelected', { count: chosen.length })}
              </button>
            </>
          )}
        </div>
      )}
      {shown.length === 0 ? (
        <div class="empty">
          <p>{words.text('noAlarms')}</p>
          {blind > 0 ? (
            <p>{words.text('alarmsBlind', { count: blind })}</p>
          ) : (
            hidden.length === 0 && <p>{words.text('noAlarmsHint')}</p>
          )}
        </div>
      ) : isFlood && view === 'flood' ? (
        <FloodView alarms={shown} row={row} />
      ) : (
        <>
          <AlarmHeadings />
          <ul class="alarm-rows">{shown.map(row)}</ul>
        </>
      )}
      {hidden.length > 0 && (
        <details class="hidden-alarms">
          <summary>{words.text('hiddenAlarms', { count: hidden.length })}</summary>
          <ul class="alarm-rows">
            {hidden.map((alarm) => (
              <AlarmRow key={alarmKey(alarm)} alarm={alarm} isSelected={false} onSelect={undefined} />
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

/** In a flood the grouped view comes by itself; the plain list is one press away. */
function ViewChoice({
  view,
  onChoose,
}: {
  view: 'flood' | 'list'
  onChoose: (view: 'flood' | 'list') => void
}) {
  const { words } = useConsole()
  return (
    <fieldset class="spans" aria-label={words.text('listView')}>
      <button
        type="button"
        data-testid="view-flood"
        aria-pressed={view === 'flood'}
        onClick={() => onChoose('flood')}
      >
        {words.text('toFloodView')}
      </button>
      <button
        type="button"
        data-testid="view-list"
        aria-pressed={view === 'list'}
        onClick={() => onChoose('list')}
      >
        {words.text('toListView')}
      </button>
    </fieldset>
  )
}

/** Seen only where the rows have columns; in cards every field speaks for itself. */
function AlarmHeadings() {
  const { words } = useConsole()
  return (
    <div class="alarm-headings" aria-hidden="true">
      <span />
      <span />
      <span>{words.text('state')}</span>
      <span>{words.text('sensor')}</span>
      <span>{words.text('area')}</span>
      <span>{words.text('message')}</span>
      <span class="right">{words.text('valueLimit')}</span>
      <span class="right">{words.text('since')}</span>
      <span />
    </div>
  )
}
