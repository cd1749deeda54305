import { useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'

interface ShownOnceProps {
  title: string
  hint: string
  secret: string
}

/** A secret that is never shown again. */
export function ShownOnce({ title, hint, secret }: ShownOnceProps) {
  const { words } = useConsole()
  const [isCopied, setCopied] = useState(false)
  const copy = () => navigator.clipboard?.writeText(secret).then(() => setCopied(true))
  return (
    <div class="shown-once" role="status" data-testid="shown-once">
      <p>
        <strong>{title}</strong>
      </p>
      <p>
        <code>{secret}</code>
      </p>
      <p class="hint">{hint}</p>
      <button type="button" class="button" onClick={() => void copy()}>
        {words.text(isCopied ? 'copied' : 'copy')}
      </button>
    </div>
  )
}
