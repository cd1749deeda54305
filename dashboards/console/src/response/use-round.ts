import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { RoundDetail } from '../../../../contracts/register/inspection-api.ts'
import { useConsole } from '../console-context.ts'
import { upload } from '../register/upload.ts'
import type { Failure } from '../state.ts'
import { keepAnswers, keptAnswers } from './kept-answers.ts'
import type { OwnAnswer } from './round-answer.ts'
import { useGot } from './use-got.ts'
import { type Waiting, WaitQueue } from './wait-queue.ts'

/** What waits is sent again so often. */
const AGAIN_MS = 4_000
/** Others may be at the same round. */
const LOOK_MS = 15_000

export interface OwnPhoto {
  readonly id: string
  readonly item: string
  readonly file: File
  readonly by: { by?: string }
}

export interface RoundHere {
  readonly round: RoundDetail | undefined
  readonly failure: Failure | undefined
  /** Key: item. */
  readonly answers: ReadonlyMap<string, Waiting<OwnAnswer>>
  /** Key: id. */
  readonly photos: ReadonlyMap<string, Waiting<OwnPhoto>>
  readonly queue: WaitQueue<OwnAnswer, RoundDetail>
  readonly photoQueue: WaitQueue<OwnPhoto, unknown>
  readonly reload: () => Promise<void>
}

/** A round, and what this page has for it that the server has not. */
export function useRound(number: number): RoundHere {
  const { state, api } = useConsole()
  const path = `/api/v1/rounds/${number}`
  const { value, failure, reload } = useGot<RoundDetail>(path, { everyMs: LOOK_MS })
  const [answers, setAnswers] = useState<ReadonlyMap<string, Waiting<OwnAnswer>>>(new Map())
  const [photos, setPhotos] = useState<ReadonlyMap<string, Waiting<OwnPhoto>>>(new Map())
  const [taken, take] = useState<RoundDetail>()
  const queue = useMemo(
    () =>
      new WaitQueue<OwnAnswer, RoundDetail>({
        send: ({ answer, by }) => api.asking.post(`${path}/answers`, { answers: [answer], ...by }),
        onTaken: take,
        onChange: (waiting) => {
          setAnswers(waiting)
          keepAnswers(
            number,
            [...waiting].map(([item, { what }]) => [item, what] as const),
          )
        },
        kept: keptAnswers(number),
      }),
    [api, path, number],
  )
  const photoQueue = useMemo(
    () =>
      new WaitQueue<OwnPhoto, unknown>({
        send: ({ id, item, file, by }) =>
          upload({ path: `${path}/attachments`, file, by: { ...by, id, item }, onProgress: () => undefined }),
        onTaken: () => void reload(),
        onChange: setPhotos,
      }),
    [path, reload],
  )
  useEffect(() => setAnswers(queue.waiting), [queue])
  const flush = useCallback(() => {
    void queue.flush()
    void photoQueue.flush()
  }, [queue, photoQueue])
  const { link } = state
  useEffect(() => {
    if (link === 'live') flush()
  }, [link, flush])
  useEffect(() => {
    const timer = setInterval(flush, AGAIN_MS)
    window.addEventListener('online', flush)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', flush)
    }
  }, [flush])
  // What came with an answer is newer than what was asked for before it.
  const round = taken !== undefined && taken.version > (value?.version ?? 0) ? taken : value
  return { round, failure, answers, photos, queue, photoQueue, reload }
}
