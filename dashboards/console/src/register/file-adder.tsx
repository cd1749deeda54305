import { useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import type { Failure } from '../state.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { sizeText } from './size-text.ts'
import { MOST_BYTES, MOST_MB, upload } from './upload.ts'
import { useRegisterWords } from './use-register-words.ts'

interface FileAdderProps {
  /** Where they belong: `/api/v1/hazards/7/attachments`. */
  path: string
  label: string
  by: () => { by?: string }
  onAdded: () => Promise<void>
}

interface Sent {
  name: string
  /** 0 to 1. */
  share: number
  isDone: boolean
  problem?: string
  failure?: Failure
}

/** Sends files as they are chosen, one after the other, and says how far it has come. */
export function FileAdder({ path, label, by, onAdded }: FileAdderProps) {
  const { state } = useConsole()
  const words = useRegisterWords()
  const [sent, setSent] = useState<readonly Sent[]>([])
  const isBusy = sent.some(({ isDone }) => !isDone)
  const add = async (files: readonly File[]) => {
    const rows: Sent[] = files.map(({ name, size }) => {
      const problem =
        size > MOST_BYTES
          ? words.text('fileTooLarge', { name, size: sizeText(size), mb: MOST_MB })
          : size === 0
            ? words.text('fileEmpty', { name })
            : undefined
      return problem === undefined
        ? { name, share: 0, isDone: false }
        : { name, share: 0, isDone: true, problem }
    })
    const show = (index: number, change: Partial<Sent>) => {
      rows[index] = { ...(rows[index] as Sent), ...change }
      setSent([...rows])
    }
    setSent([...rows])
    for (const [index, file] of files.entries()) {
      if (rows[index]?.isDone === true) continue
      const answer = await upload({ path, file, by: by(), onProgress: (share) => show(index, { share }) })
      show(index, answer.ok ? { share: 1, isDone: true } : { isDone: true, failure: answer.failure })
    }
    await onAdded()
  }
  return (
    <div class="file-adder">
      <label class="field-label" for="file-add">
        {label}
      </label>
      <input
        id="file-add"
        class="file-input"
        data-testid="file-add"
        type="file"
        multiple
        disabled={isBusy || state.link !== 'live'}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          void add(files)
        }}
      />
      <p class="field-note">{words.text('fileHint', { mb: MOST_MB })}</p>
      <ul aria-live="polite">
        {sent.map((row) => (
          <li key={row.name}>
            <SentFile row={row} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function SentFile({ row: { name, share, isDone, problem, failure } }: { row: Sent }) {
  const words = useRegisterWords()
  if (failure !== undefined) return <ProblemNote failure={failure} />
  if (problem !== undefined)
    return (
      <p class="problem" role="alert">
        ✕ {problem}
      </p>
    )
  if (isDone) return <p>{words.text('uploaded', { name })}</p>
  return (
    <p>
      <progress max={1} value={share} /> {words.text('uploading', { name, percent: Math.round(share * 100) })}
    </p>
  )
}
