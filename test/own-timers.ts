import { vi } from 'vitest'

const KINDS = [
  ['setTimeout', 'clearTimeout'],
  ['setImmediate', 'clearImmediate'],
] as const

/**
 * Says how many timers of code in a folder of ours wait that were set from now on. For tests with fake timers, in place of
 * vi.getTimerCount(): files share their process, and what libraries do there that others have used is not theirs. To be
 * ended by vi.unstubAllGlobals(), before the real timers are back.
 */
export function ownTimers(folder: string): () => number {
  const waiting = new Set<unknown>()
  for (const [set, clear] of KINDS) {
    const make = globalThis[set] as (run: (...args: unknown[]) => void, ...rest: unknown[]) => unknown
    const end = globalThis[clear] as (timer: unknown) => void
    vi.stubGlobal(set, (run: (...args: unknown[]) => void, ...rest: unknown[]) => {
      if (!new Error().stack?.includes(`/${folder}/`)) return make(run, ...rest)
      const done = (...args: unknown[]) => {
        waiting.delete(timer)
        run(...args)
      }
      const timer = make(done, ...rest)
      waiting.add(timer)
      return timer
    })
    vi.stubGlobal(clear, (timer: unknown) => {
      waiting.delete(timer)
      end(timer)
    })
  }
  return () => waiting.size
}
