import type { WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { say } from '../say.ts'
import { MARK_TEXTS, WAVEFORM_TEXTS, type WaveformTextKey } from '../texts/waveforms.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { figuresOf } from './figures.ts'
import { WaveAxes } from './wave-axes.tsx'
import { miniseedPath } from './waveform-client.ts'

interface WaveformEventProps {
  waveform: WaveformView
  timezone: string
  raisedMs: number | undefined
}

/** One recorded event: where and when, its figures, its three axes, and the file. */
export function WaveformEvent({ waveform, timezone, raisedMs }: WaveformEventProps) {
  const { words } = useConsole()
  const text = (key: WaveformTextKey, values = {}) => say(words.language, WAVEFORM_TEXTS[key], values)
  const { device, onset, from, to, rate, bytes, features, marks } = waveform
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1_000)
  return (
    <div class="wave-event" data-testid="wave-event" data-id={waveform.id}>
      <dl class="facts">
        <div>
          <dt>{text('station')}</dt>
          <dd>{device}</dd>
        </div>
        <div>
          <dt>{text('onset')}</dt>
          <dd>
            {dateOf(onset)} {onset.slice(11, 23).replace(/[+Z-].*$/, '')}
          </dd>
        </div>
        <div>
          <dt>{text('span')}</dt>
          <dd>{text('spanOf', { from: clockOf(from), to: clockOf(to), seconds })}</dd>
        </div>
        <div>
          <dt>{text('rate')}</dt>
          <dd>{text('rateOf', { rate })}</dd>
        </div>
        {marks.length > 0 && (
          <div data-testid="wave-marks">
            <dt>{text('marks')}</dt>
            <dd>{marks.map((mark) => words.of(MARK_TEXTS[mark])).join(' ')}</dd>
          </div>
        )}
      </dl>
      <dl class="wave-figures" data-testid="wave-figures">
        {figuresOf(features).map(({ key, name, text: figure }) => (
          <div key={key}>
            <dt>{name === undefined ? key : words.of(name)}</dt>
            <dd>{figure}</dd>
          </div>
        ))}
      </dl>
      <WaveAxes waveform={waveform} timezone={timezone} raisedMs={raisedMs} />
      <p class="wave-download">
        <a class="button" href={miniseedPath(waveform)} download={`${waveform.id}.mseed`}>
          {text('download', { size: Math.ceil(bytes / 1_000) })}
        </a>
      </p>
    </div>
  )
}
