import { matchAt } from './framing.ts'

/** Who has dialled in, as far as what it says first can tell. */
export type Recognition =
  | { readonly kind: 'known'; readonly registration: string }
  /** It may still become one of these, or a longer one. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'unknown' }

/**
 * Compares what a unit says first with the registrations there are. Where one is the beginning of another
 * the longer one is waited for; `ended` says that the unit has had its time.
 */
export function recognise(said: Uint8Array, registrations: readonly string[], ended: boolean): Recognition {
  let best: string | undefined
  let mayGrow = false
  for (const registration of registrations) {
    const match = matchAt(said, 0, Buffer.from(registration, 'latin1'))
    if (match === 'begun') mayGrow = true
    if (match === 'whole' && registration.length > (best?.length ?? -1)) best = registration
  }
  if (mayGrow && !ended) return { kind: 'wait' }
  return best === undefined ? { kind: 'unknown' } : { kind: 'known', registration: best }
}
