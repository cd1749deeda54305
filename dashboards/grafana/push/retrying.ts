import { CodedError, ERRORS } from '../../../contracts/errors.ts'

/** The first pause after a failure, and the longest, ms. */
const FIRST_MS = 500
const LONGEST_MS = 30_000

export interface Retrying {
  /** Tries before it gives up; those that follow go on for ever. */
  readonly tries: number
  /** Resolves after so many ms, or at once when the signal is given. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** Once for each kind of trouble that it tries again after. */
  readonly onTrouble: (trouble: CodedError) => void
}

/** What may pass is tried again, with longer and longer pauses. @throws CodedError what stays, or what does not pass in all tries */
export async function retrying<T>(
  { tries, pause, signal, onTrouble }: Retrying,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  let told: string | undefined
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work(attempt)
    } catch (error) {
      const passes = error instanceof CodedError && ERRORS[error.code].duty === 'retry'
      if (!passes || attempt + 1 >= tries || signal.aborted) throw error
      if (told !== error.code) onTrouble(error)
      told = error.code
      await pause(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)), signal)
      signal.throwIfAborted()
    }
  }
}

export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  signal.addEventListener('abort', () => resolve(), { once: true })
  return promise.finally(() => clearTimeout(timer))
}
