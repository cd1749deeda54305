import type { StoredWaveform } from '../../contracts/waveform-library.ts'

const VERSION = 1

/** What stands beside the samples of an event, as JSON of one line. */
export function sidecarText(stored: StoredWaveform): string {
  return `${JSON.stringify({ version: VERSION, ...stored })}\n`
}

/** Undefined for what no release up to this one has written. */
export function parseSidecar(text: string): StoredWaveform | undefined {
  let given: Partial<StoredWaveform> & { version?: unknown }
  try {
    given = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof given !== 'object' || given === null || given.version !== VERSION) return undefined
  const { id, gateway, device, onset, from, to, rate, features, marks, bytes, received } = given
  if (typeof id !== 'string' || typeof gateway !== 'string' || typeof device !== 'string') return undefined
  if (onset === undefined || from === undefined || to === undefined) return undefined
  if (rate === undefined || features === undefined || bytes === undefined || received === undefined)
    return undefined
  if (![onset, from, to, rate, bytes, received].every(Number.isFinite)) return undefined
  return {
    id,
    gateway,
    device,
    onset,
    from,
    to,
    rate,
    features,
    ...(marks === undefined ? {} : { marks }),
    bytes,
    received,
  }
}
