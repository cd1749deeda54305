import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

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
  // Before the next key can be pressed: it belongs to the dialog already.
  useLayoutEffect(() => {
    const shown = dialog.current
    if (shown === null) return undefined
    shown.showModal()
    // Else the first choice would have the focus, and the arrow keys would begin there.
    shown.querySelector<HTMLInputElement>('input:checked')?.focus()
    // Closing gives the focus back: whoever works with keys goes on where the dialog was opened.
    return () => shown.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class="dialog"
      data-testid={`${name}-dialog`}
      aria-labelledby={`${name}-title`}
      onClose={(event) => {
        // What is gone already has been closed by somebody else.
        if (event.currentTarget.isConnected) onClose()
      }}
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
