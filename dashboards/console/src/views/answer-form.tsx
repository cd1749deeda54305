import { useState } from 'preact/hooks'
import type { AlarmView } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { useRefusal } from '../session.ts'
import type { Failure } from '../state.ts'
import { AnswerLinks } from './answer-links.tsx'
import { AnswerRefusal } from './answer-refusal.tsx'
import { PersonField } from './person-field.tsx'
import { TextField } from './text-field.tsx'

interface AnswerFormProps {
  code: string
  alarm: AlarmView
  onDone: (alarm: AlarmView) => void
}

/** One button, and a comment for whoever has one. */
export function AnswerForm({ code, alarm, onDone }: AnswerFormProps) {
  const { api, words } = useConsole()
  const person = usePerson()
  const refusal = useRefusal()('acknowledge')
  const [comment, setComment] = useState('')
  const [isSending, setSending] = useState(false)
  const [failure, setFailure] = useState<Failure>()
  // The code names the occurrence: the stream need not be there yet, as it must for what is done on a list.
  const send = async () => {
    if (isSending) return
    setSending(true)
    const text = comment.trim()
    const answer = await api.notify.answer({
      code,
      ...(text === '' ? {} : { comment: text }),
      ...person.named(),
    })
    setSending(false)
    setFailure(answer.ok ? undefined : answer.failure)
    if (answer.ok) onDone(answer.value)
  }
  return (
    <form
      class="panel"
      data-testid="answer-form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <p>{words.text('answerReady')}</p>
      {refusal !== undefined && <p class="forbidden">⊘ {refusal}</p>}
      <button
        type="submit"
        class="button primary big"
        data-testid="answer-submit"
        disabled={isSending || refusal !== undefined}
        title={refusal}
      >
        {words.text(isSending ? 'sending' : 'acknowledge')}
      </button>
      {failure !== undefined && <AnswerRefusal failure={failure} />}
      <TextField
        id="answer-comment"
        label={words.text('comment')}
        hint={words.text('commentHint')}
        lines={2}
        maxLength={500}
        value={comment}
        isDisabled={refusal !== undefined}
        onInput={setComment}
      />
      <PersonField name="answer" person={person} />
      <AnswerLinks alarm={alarm} />
    </form>
  )
}
