import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface DialogFrameProps {
  /** Stem of the test id and of the id of the title. */
  name: string
  title: string
  onSubmit: () => Promise<void>
  onClose: () => void
  children: ComponentChildren
}

/** A modal question with a title: Escape closes it, its submit button acts. */
export function DialogFrame({ name, title, onSubmit, onClose, children }: DialogFrameProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // Else the first choice would have the focus, and the arrow keys would begin there.
    dialog.current?.querySelector<HTMLInputElement>('input:checked')?.focus()
    // Whoever works with keys goes on where the dialog was opened.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-testid={`${name}-dialog`}
      aria-labelledby={`${name}-title`}
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void onSubmit()
        }}
      >
        <h2 id={`${name}-title`}>{title}</h2>
        {children}
      </form>
    </dialog>
  )
}
