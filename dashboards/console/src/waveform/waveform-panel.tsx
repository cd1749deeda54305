import { useCallback, useState } from 'preact/hooks'
import type { WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { say } from '../say.ts'
import { WAVEFORM_TEXTS, type WaveformTextKey } from '../texts/waveforms.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import type { WaveformPanelProps } from '../views/waveforms.tsx'
import { WaveformChoice } from './waveform-choice.tsx'
import { listWaveforms } from './waveform-client.ts'
import { WaveformEvent } from './waveform-event.tsx'

/** Events listed at first, and with every asking for more. */
const STEP = 8

/** Events of the stations of a sensor, or those that an alarm has been given. */
export function WaveformPanel({ of }: WaveformPanelProps) {
  return 'sensor' in of ? <OfSensor {...of} /> : <OfAlarm {...of} />
}

function OfAlarm({ items, raisedMs, timezone }: Extract<WaveformPanelProps['of'], { items: unknown }>) {
  const { words } = useConsole()
  return (
    <Panel title="titleOfAlarm">
      {items.length === 0 ? (
        <p class="muted">{say(words.language, WAVEFORM_TEXTS.toCome)}</p>
      ) : (
        <Chosen items={items} raisedMs={raisedMs} timezone={timezone} />
      )}
    </Panel>
  )
}

function OfSensor({
  facility,
  sensor,
  isStation,
  timezone,
}: Extract<WaveformPanelProps['of'], { sensor: string }>) {
  const { state, api, words } = useConsole()
  const [limit, setLimit] = useState(STEP)
  const load = useCallback(
    () => listWaveforms(api.asking, { facility, sensor, limit }),
    [api, facility, sensor, limit],
  )
  const { value, failure } = useLoaded(load, { version: `${state.generation} ${state.waveformChanges}` })
  // What is computed of anything else has none, and says nothing of it.
  if (!isStation && (value === undefined || value.items.length === 0)) return null
  return (
    <Panel title="title">
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value === undefined && failure === undefined && <p class="muted">{words.text('loading')}</p>}
      {value?.items.length === 0 && <p class="muted">{say(words.language, WAVEFORM_TEXTS.none)}</p>}
      {value !== undefined && value.items.length > 0 && (
        <Chosen items={value.items} raisedMs={undefined} timezone={timezone}>
          {value.next !== undefined && (
            <button type="button" class="button" onClick={() => setLimit(limit + STEP)}>
              {say(words.language, WAVEFORM_TEXTS.older)}
            </button>
          )}
        </Chosen>
      )}
    </Panel>
  )
}

function Panel({ title, children }: { title: WaveformTextKey; children: preact.ComponentChildren }) {
  const { words } = useConsole()
  return (
    <section class="panel" data-testid="waveforms">
      <h2>{say(words.language, WAVEFORM_TEXTS[title])}</h2>
      {children}
    </section>
  )
}

interface ChosenProps {
  items: readonly WaveformView[]
  raisedMs: number | undefined
  timezone: string
  children?: preact.ComponentChildren
}

/** The newest until somebody chooses another; who has chosen is left with it when a newer one comes. */
function Chosen({ items, raisedMs, timezone, children }: ChosenProps) {
  const [wanted, choose] = useState<string>()
  const chosen = items.find(({ id }) => id === wanted) ?? items[0]
  if (chosen === undefined) return null
  return (
    <>
      {(items.length > 1 || children !== undefined) && (
        <div class="wave-choices">
          <WaveformChoice items={items} chosen={chosen.id} choose={choose} />
          {children}
        </div>
      )}
      <WaveformEvent key={chosen.id} waveform={chosen} raisedMs={raisedMs} timezone={timezone} />
    </>
  )
}
