import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/**
 * Whoever works with keys begins at the page when it is another one, and goes on from there when what they were at
 * is gone, such as the button of an alarm that is acknowledged by now.
 * @param place names the page; undefined while there is none
 */
export function useMainFocus(place: string | undefined): RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null)
  const last = useRef(place)
  const held = useRef<Element>(null)
  useEffect(() => {
    const follow = (event: FocusEvent) => {
      held.current = event.target instanceof Element ? event.target : null
    }
    document.addEventListener('focusin', follow)
    return () => document.removeEventListener('focusin', follow)
  }, [])
  // After every rendering: any of them may take away what has the focus.
  useEffect(() => {
    const isOther = last.current !== undefined && last.current !== place
    last.current = place
    const isFree = document.activeElement === document.body
    const isLost = isFree && held.current?.isConnected === false
    // A page that has chosen its own place to begin keeps it.
    const isInside = main.current?.contains(document.activeElement) === true
    if (isLost || (isOther && !isInside)) main.current?.focus({ preventScroll: true })
  })
  return main
}
