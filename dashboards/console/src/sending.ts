import { useState } from 'preact/hooks'
import type { Answer } from './api-client.ts'
import { useConsole } from './console-context.ts'
import type { Failure } from './state.ts'

/** How far a dialog has come with its request. */
export type Progress = { kind: 'asking' } | { kind: 'sending' } | { kind: 'failed'; failure: Failure }

export interface Sending {
  progress: Progress
  /** Nothing is sent twice, nor on the strength of a state that is not live. */
  canSend: boolean
  send<T>(ask: () => Promise<Answer<T>>): Promise<void>
}

/** One request of a dialog; a refusal leaves the dialog open with what to do about it. */
export function useSending(onDone: () => void): Sending {
  const { state } = useConsole()
  const [progress, setProgress] = useState<Progress>({ kind: 'asking' })
  const canSend = progress.kind !== 'sending' && state.link === 'live'
  const send = async <T>(ask: () => Promise<Answer<T>>) => {
    if (!canSend) return
    setProgress({ kind: 'sending' })
    const answer = await ask()
    setProgress(answer.ok ? { kind: 'asking' } : { kind: 'failed', failure: answer.failure })
    if (answer.ok) onDone()
  }
  return { progress, canSend, send }
}
