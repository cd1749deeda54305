import type { AlarmDetail } from '../../../../contracts/alarm-detail-api.ts'
import type { SensorView } from '../../../../contracts/api.ts'
import type { WaveformView } from '../../../../contracts/waveform-api.ts'
import { useConsole } from '../console-context.ts'
import { Later, LaterPage } from './later-page.tsx'

export interface WaveformPanelProps {
  of:
    | {
        facility: string
        sensor: string
        /** It is read from a seismic station: that there is no event is worth saying. */
        isStation: boolean
        timezone: string
      }
    | {
        items: readonly WaveformView[]
        /** When the alarm was raised, epoch ms. */
        raisedMs: number | undefined
        timezone: string
      }
}

const PANEL = new Later<WaveformPanelProps>(() =>
  import('../waveform/waveform-panel.tsx').then(({ WaveformPanel }) => WaveformPanel),
)

/** Sensors that a server computes may be computed from seismic stations (contracts/analytics/derived.ts). */
const COMPUTED = 'derived'

/** Events of a seismic station on the page of one of its sensors. */
export function SensorWaveforms({ facility, sensor }: { facility: string; sensor: SensorView }) {
  const { state } = useConsole()
  const isStation = sensor.kind === 'seismic'
  if (!isStation && sensor.gateway !== COMPUTED) return null
  const timezone = state.tree?.timezone ?? 'UTC'
  return <LaterPage later={PANEL} given={{ of: { facility, sensor: sensor.id, isStation, timezone } }} />
}

/** The events within which an alarm was raised; of a seismic one also that there is none yet. */
export function AlarmWaveforms({ detail }: { detail: AlarmDetail }) {
  const { state } = useConsole()
  const { waveforms: items, raised, kind, live } = detail
  const isExpected = kind === 'seismic' && raised !== null && live !== 'NORM'
  if (items.length === 0 && !isExpected) return null
  const timezone = state.tree?.timezone ?? 'UTC'
  const raisedMs = raised === null ? undefined : Date.parse(raised)
  return <LaterPage later={PANEL} given={{ of: { items, raisedMs, timezone } }} />
}
