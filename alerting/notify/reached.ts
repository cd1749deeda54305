import type { Notice } from './notice.ts'

/** Whether the step of an escalation that was taken last has reached anybody. */
export class Reached {
  /** Key: facility and occurrence; the notices of which something may still come, or somebody was reached. */
  readonly #steps = new Map<string, { readonly waiting: Set<string>; isReached: boolean }>()

  /** A step was taken. */
  taken(notices: readonly Notice[]): void {
    const fresh = new Set<string>()
    for (const notice of notices) {
      const key = keyOf(notice)
      let step = fresh.has(key) ? this.#steps.get(key) : undefined
      if (step === undefined) {
        step = { waiting: new Set(), isReached: false }
        this.#steps.set(key, step)
        fresh.add(key)
      }
      step.waiting.add(notice.id)
    }
  }

  /** Another channel is tried for it too. */
  also(notices: readonly Notice[]): void {
    for (const notice of notices) this.#steps.get(keyOf(notice))?.waiting.add(notice.id)
  }

  sent(notice: Notice): void {
    const step = this.#steps.get(keyOf(notice))
    if (step?.waiting.has(notice.id)) step.isReached = true
  }

  /** It did not get through at once. True when with it the whole step has reached nobody. */
  missed(notice: Notice): boolean {
    const step = this.#steps.get(keyOf(notice))
    if (step === undefined || !step.waiting.delete(notice.id)) return false
    return step.waiting.size === 0 && !step.isReached
  }

  /** Nobody asks any more. */
  forget(of: { readonly facility: string; readonly occurrence: string }): void {
    this.#steps.delete(keyOf(of))
  }
}

function keyOf({ facility, occurrence }: { readonly facility: string; readonly occurrence: string }): string {
  return `${facility} ${occurrence}`
}
