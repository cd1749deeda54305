import { EXIT, type Terminal } from '../../../contracts/cli.ts'
import type { Retrying } from './retrying.ts'

export type Pushing = Pick<Retrying, 'signal' | 'pause'>

/** Works until it is done or somebody stops it; being stopped is no failure. @throws what the work does */
export async function pushing(
  { stopped }: Pick<Terminal, 'stopped'>,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const stop = new AbortController()
  void stopped.then(() => stop.abort())
  try {
    await work(stop.signal)
  } catch (error) {
    if (!stop.signal.aborted) throw error
  }
  return EXIT.ok
}
