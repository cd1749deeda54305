import type { WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { say } from '../say.ts'
import { WAVEFORM_TEXTS } from '../texts/waveforms.ts'
import { shortTime } from '../time-text.ts'
import { figureText } from './figures.ts'

interface WaveformChoiceProps {
  items: readonly WaveformView[]
  chosen: string
  choose: (id: string) => void
}

/** The events to choose from, by time and strength. */
export function WaveformChoice({ items, chosen, choose }: WaveformChoiceProps) {
  const { state, words } = useConsole()
  const stations = new Set(items.map(({ device }) => device))
  return (
    <fieldset class="wave-choice" aria-label={say(words.language, WAVEFORM_TEXTS.events)}>
      {items.map(({ id, device, onset, features: { pga, jma } }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          data-testid={`wave-${id}`}
          onClick={() => choose(id)}
        >
          <b>{shortTime(onset, state.heardTime)}</b>
          {stations.size > 1 && <span>{device}</span>}
          {pga !== undefined && <span>PGA {figureText('pga', pga)}</span>}
          {jma !== undefined && <span>JMA {figureText('jma', jma)}</span>}
        </button>
      ))}
    </fieldset>
  )
}
