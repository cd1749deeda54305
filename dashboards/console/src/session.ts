import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import type { Who } from '../../../contracts/people-api.ts'
import { ACTION_ROLES, type GuardedAction, isAtLeast } from '../../../contracts/roles.ts'
import type { ApiClient } from './api-client.ts'
import { useConsole } from './console-context.ts'
import type { Failure } from './state.ts'
import { ROLE_TEXTS } from './texts.ts'

/** Who sits here, as the server knows them. */
export interface Session {
  /** Undefined: nobody is signed in, or it is not known yet. */
  who: Who | undefined
  /** False until the server has said whether somebody is. */
  isKnown: boolean
  /** The server could not be asked. */
  failure: Failure | undefined
  enter(who: Who): void
  lock(): void
  signOut(): void
}

/** While the server cannot be asked it is asked again, ms. */
const AGAIN_MS = 2_000
/** What somebody does who is there. */
const SIGNS_OF_LIFE = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** Asks who is signed in, and forgets everything that was shown once nobody is. */
export function useSession(api: ApiClient): Session {
  const [known, setKnown] = useState<Pick<Session, 'who' | 'isKnown' | 'failure'>>({
    who: undefined,
    isKnown: false,
    failure: undefined,
  })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async () => {
      const answer = await api.session()
      if (answer.ok) setKnown({ who: answer.value, isKnown: true, failure: undefined })
      else if (answer.failure.kind === 'problem')
        setKnown({ who: undefined, isKnown: true, failure: undefined })
      else {
        setKnown((before) => ({ ...before, failure: answer.failure }))
        timer = setTimeout(() => void look(), AGAIN_MS)
      }
    }
    void look()
    return () => clearTimeout(timer)
  }, [api])
  const isIn = known.who !== undefined
  useEffect(() => {
    // Alarms that nobody keeps up to date must not stand there: the page begins anew.
    api.onSignedOut = isIn ? () => location.reload() : undefined
  }, [api, isIn])
  const enter = useCallback((who: Who) => setKnown({ who, isKnown: true, failure: undefined }), [])
  const lock = useCallback(() => {
    void api.lock().then((answer) => {
      if (answer.ok) enter(answer.value)
    })
  }, [api, enter])
  const signOut = useCallback(() => {
    void api.logout().then(() => location.reload())
  }, [api])
  useIdleLock(known.who, lock)
  return useMemo(() => ({ ...known, enter, lock, signOut }), [known, enter, lock, signOut])
}

function useIdleLock(who: Who | undefined, lock: () => void): void {
  const lockMs = who?.locked === false ? who.lockMs : null
  useEffect(() => {
    if (lockMs === null) return undefined
    let timer = setTimeout(lock, lockMs)
    const stay = () => {
      clearTimeout(timer)
      timer = setTimeout(lock, lockMs)
    }
    for (const sign of SIGNS_OF_LIFE) window.addEventListener(sign, stay, { passive: true })
    return () => {
      clearTimeout(timer)
      for (const sign of SIGNS_OF_LIFE) window.removeEventListener(sign, stay)
    }
  }, [lockMs, lock])
}

/** What keeps a button from being pressed, and its title says why. */
export interface Barrier {
  disabled: boolean
  title?: string
}

/** Nothing is done on the strength of a state that is not live, nor by somebody who may not. */
export function useBarrier(): (action: GuardedAction) => Barrier {
  const { state } = useConsole()
  const refusal = useRefusal()
  return (action) => {
    const title = refusal(action)
    return title === undefined ? { disabled: state.link !== 'live' } : { disabled: true, title }
  }
}

/** Why who sits here may not do it; undefined when they may. */
export function useRefusal(): (action: GuardedAction) => string | undefined {
  const { words, session } = useConsole()
  return (action) => {
    const { who } = session
    if (who?.locked === true) return words.text('lockedTitle')
    const needed = ACTION_ROLES[action]
    if (who === undefined || isAtLeast(who.role, needed)) return undefined
    const roles = { needed: words.of(ROLE_TEXTS[needed]), role: words.of(ROLE_TEXTS[who.role]) }
    return words.text('roleTitle', roles)
  }
}
