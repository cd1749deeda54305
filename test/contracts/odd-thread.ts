import { appendFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { CodedError } from '../../contracts/errors.ts'
import { giveWay, serveThread } from '../../contracts/thread.ts'

/** What the thread of test/contracts/thread.test.ts can be asked for. */
export type OddCalls = {
  double: (value: number) => number
  /** Takes so many ms. */
  sleep: (ms: number) => Promise<string>
  fail: (how: 'coded' | 'plain') => never
  /** A result that cannot be copied. */
  uncopyable: (nothing: null) => unknown
  speak: (words: string) => void
  /** Answers with its priority then. */
  giveWay: (nothing: null) => number
  /** Holds so many MB, each in lists of its own. */
  hoard: (megabytes: number) => number
  /** Ends the thread without a word, or with an error that nobody catches. */
  end: (how: 'exit' | 'throw') => void
}

serveThread<OddCalls>((data, tell) => {
  const { log, isBroken } = data as { log?: string; isBroken?: boolean }
  if (isBroken === true) throw new CodedError('DATA_UNWRITABLE', 'it cannot begin')
  const note = (line: string) => log !== undefined && appendFileSync(log, `${line}\n`)
  return {
    double: (value) => 2 * value,
    sleep: async (ms) => {
      note(`begin ${ms}`)
      await new Promise((resolve) => setTimeout(resolve, ms))
      note(`end ${ms}`)
      return `slept ${ms}`
    },
    fail: (how) => {
      throw how === 'coded' ? new CodedError('DISK_FULL', 'no room') : new TypeError('a defect')
    },
    uncopyable: () => () => undefined,
    speak: (words) => tell(words),
    giveWay: () => {
      giveWay()
      return getPriority(0)
    },
    hoard: (megabytes) => {
      const held = Array.from({ length: megabytes }, () => new Array<number>(1 << 17).fill(0.5))
      return held.length
    },
    end: (how) => {
      if (how === 'exit') process.exit(3)
      setImmediate(() => {
        throw new Error('out of the blue')
      })
    },
    close: () => void note('close'),
  }
})
