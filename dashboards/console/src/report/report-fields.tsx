import type { ComponentChildren } from 'preact'
import { useRef, useState } from 'preact/hooks'
import type { ReportForm } from '../../../../contracts/register/report-api.ts'
import { ContactFields } from './contact-fields.tsx'
import { Hotline } from './hotline.tsx'
import type { Proof } from './proof-state.ts'
import type { ReportClient } from './report-client.ts'
import { type Draft, type Missing, missingOf, newDraft, reportOf, UNKNOWN } from './report-draft.ts'
import { ReportPhotos } from './report-photos.tsx'
import { useWords } from './report-words.ts'

interface Props {
  client: ReportClient
  form: ReportForm
  facility: string | null
  proof: Proof
  onSent: (receipt: string) => void
}

/** The form. Nothing that was typed is lost when it is refused. */
export function ReportFields({ client, form, facility, proof, onSent }: Props) {
  const words = useWords()
  const { facilities, limits } = form
  const [draft, setDraft] = useState(() => newDraft(form, facility))
  const [wasTried, setTried] = useState(false)
  const [step, setStep] = useState<'filling' | 'proving' | 'sending'>('filling')
  const [refused, setRefused] = useState<string>()
  const fields = useRef<HTMLFormElement>(null)
  // What is missing is said once somebody has tried, and no longer than it is missing.
  const missing: Missing = wasTried ? missingOf(draft, limits) : {}
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })

  const attempt = async () => {
    setStep('proving')
    const proven = await proof.get()
    if (proven === undefined) return { ok: false, code: 'REPORT_CHALLENGE' } as const
    setStep('sending')
    return client.send(reportOf(draft, proven))
  }
  const send = async (event: Event) => {
    event.preventDefault()
    const found = missingOf(draft, limits)
    setTried(true)
    setRefused(undefined)
    const [first] = Object.keys(found)
    if (first !== undefined) {
      fields.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
      return
    }
    let outcome = await attempt()
    if (!outcome.ok && outcome.code === 'REPORT_CHALLENGE') {
      // It was open for too long: once more with a challenge of now.
      await proof.begin()
      outcome = await attempt()
    }
    setStep('filling')
    if (outcome.ok) onSent(outcome.value.receipt)
    else setRefused(words.refusal(outcome.code))
  }
  const hotline = facilities.find(({ id }) => id === draft.facility)?.hotline ?? form.hotline

  return (
    <form class="panel report-form" ref={fields} noValidate onSubmit={(event) => void send(event)}>
      <div class="report-danger">
        <p>{words.text('danger')}</p>
        <Hotline number={hotline} />
      </div>
      <Field
        name="facility"
        label={words.text('plant')}
        wrong={missing.facility && words.text(missing.facility)}
      >
        <select
          class="report-input"
          id="report-facility"
          name="facility"
          value={draft.facility}
          data-testid="facility"
          onChange={(event) => set({ facility: event.currentTarget.value })}
        >
          {draft.facility === '' && <option value="">{words.text('choose')}</option>}
          {facilities.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          <option value={UNKNOWN}>{words.text('plantUnknown')}</option>
        </select>
      </Field>
      <Field
        name="text"
        label={words.text('what')}
        hint={words.text('whatHint', { count: limits.leastText })}
        wrong={missing.text && words.text(missing.text, { count: limits.leastText })}
      >
        <textarea
          class="report-input"
          id="report-text"
          name="text"
          rows={6}
          maxLength={limits.text}
          value={draft.text}
          data-testid="text"
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
      </Field>
      <Field
        name="where"
        label={words.text('where')}
        isOptional={draft.facility !== UNKNOWN}
        hint={words.text('whereHint')}
        wrong={missing.where && words.text(missing.where)}
      >
        <input
          type="text"
          class="report-input"
          id="report-where"
          name="where"
          maxLength={limits.place}
          value={draft.where}
          data-testid="where"
          onInput={(event) => set({ where: event.currentTarget.value })}
        />
      </Field>
      <Field name="happened" label={words.text('when')} isOptional>
        <input
          type="datetime-local"
          class="report-input"
          id="report-happened"
          name="happened"
          value={draft.happened}
          onInput={(event) => set({ happened: event.currentTarget.value })}
        />
      </Field>
      <ReportPhotos photos={draft.photos} limits={limits} onChange={(photos) => set({ photos })} />
      <ContactFields draft={draft} longest={limits.contact} onChange={set} />
      <div class="report-trap" aria-hidden="true">
        <label>
          {words.text('website')}
          <input
            type="text"
            name="website"
            tabIndex={-1}
            autocomplete="off"
            value={draft.website}
            onInput={(event) => set({ website: event.currentTarget.value })}
          />
        </label>
      </div>
      {refused !== undefined && (
        <p class="problem" role="alert" data-testid="refused">
          {refused}
        </p>
      )}
      <button
        type="submit"
        class="button primary report-send"
        disabled={step !== 'filling'}
        data-testid="send"
      >
        {words.text(step === 'filling' ? 'send' : 'sending')}
      </button>
      <p class="hint" role="status">
        {step === 'proving' ? words.text('proving') : ''}
      </p>
    </form>
  )
}

interface FieldProps {
  /** Of the control. */
  name: string
  label: string
  hint?: string
  isOptional?: boolean
  wrong?: string | undefined
  children: ComponentChildren
}

function Field({ name, label, hint, isOptional = false, wrong, children }: FieldProps) {
  const words = useWords()
  return (
    <div class={wrong === undefined ? 'report-field' : 'report-field wrong'}>
      <label class="report-label" for={`report-${name}`}>
        {label} {isOptional && <small>{words.text('optional')}</small>}
      </label>
      {hint !== undefined && <span class="hint">{hint}</span>}
      {children}
      {wrong !== undefined && (
        <span class="report-wrong" role="alert">
          {wrong}
        </span>
      )}
    </div>
  )
}
