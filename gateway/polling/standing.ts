import { BACK_OFF } from './back-off.ts'

/** How far a device is believed to be there. Times are monotonic milliseconds. */
export interface Standing {
  /** The last request was not answered, and nothing excuses it: to ask again is a probe. */
  readonly isSuspect: boolean
  /** It answers again, but has not yet earned an excuse: others go before it for a while. */
  readonly isDoubtful: boolean
  /** Polls in a row in which nothing was answered. */
  readonly silentPolls: number
  /** The breaker: the device is lost until it answers. */
  readonly isOpen: boolean
  /** It is not asked before. */
  readonly notBefore: number
  /** Answers that have not been spent on an excuse. */
  readonly goodwill: number
  /** The last request was not answered. */
  readonly isSilent: boolean
  readonly hasEverAnswered: boolean
}

/** A device is asked once without being known to be there; everything else it has to earn. */
export const UNKNOWN: Standing = {
  isSuspect: false,
  isDoubtful: false,
  silentPolls: 0,
  isOpen: false,
  notBefore: 0,
  goodwill: 0,
  isSilent: false,
  hasEverAnswered: false,
}

/** Silent polls after which a device is lost and backs off. */
const PATIENCE = 3
/**
 * Frames are lost on every line: a single silence is excused by so many answers, which are saved up for three.
 * A device that loses more than one answer in 11, or two in a row, is not well; one that loses fewer cannot
 * keep a full line of 9600 baud waiting for a tenth of its time.
 */
const EXCUSE = 10
const EXCUSES_SAVED = 3

/** One answer ends the silence. The first one ever is worth an excuse. */
export function afterAnswer(standing: Standing): Standing {
  const { hasEverAnswered } = standing
  const goodwill = hasEverAnswered ? Math.min(EXCUSE * EXCUSES_SAVED, standing.goodwill + 1) : EXCUSE
  return { ...UNKNOWN, isDoubtful: standing.isDoubtful && goodwill < EXCUSE, goodwill, hasEverAnswered: true }
}

export function afterSilence(standing: Standing): Standing {
  const isExcused = !standing.isSilent && standing.goodwill >= EXCUSE
  if (isExcused) return { ...standing, isSilent: true, goodwill: standing.goodwill - EXCUSE }
  return { ...standing, isSilent: true, isSuspect: true, isDoubtful: true, goodwill: 0 }
}

/** From the third silent poll in a row on it is asked after 0.5 s, 1 s, 2 s ... 10 s. */
export function afterSilentPoll(standing: Standing, now: number): Standing {
  const silentPolls = standing.silentPolls + 1
  if (silentPolls < PATIENCE) return { ...standing, silentPolls }
  const wait = Math.min(BACK_OFF.firstMs * 2 ** (silentPolls - PATIENCE), BACK_OFF.longestMs)
  return { ...standing, silentPolls, isOpen: true, notBefore: now + wait }
}

/** It was not its silence but that of one of its registers. */
export function excused(standing: Standing): Standing {
  return { ...standing, isSuspect: false, isDoubtful: false, isSilent: false }
}

/** The line had no time for it up to its next poll: nobody knows any more how its sensors do. */
export function afterHold(standing: Standing): Standing {
  return { ...standing, isOpen: true }
}

/** A new connection is a new chance, but no excuse. */
export function forgiven(standing: Standing): Standing {
  return { ...standing, notBefore: 0 }
}
