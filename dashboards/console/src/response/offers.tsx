import { useState } from 'preact/hooks'
import type { Answer } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import type { Person } from '../person.ts'
import { FieldsForm } from './fields-form.tsx'
import type { FormDraft } from './form-field.ts'
import type { Offer } from './offer.ts'
import { useResponseWords } from './use-response-words.ts'

interface OffersProps {
  facility: string
  offers: readonly Offer[]
  /** The first brings it on. */
  leads: boolean
  person?: Person
  send: (name: string, said: Readonly<Record<string, unknown>>) => Promise<Answer<unknown>>
  reload: () => Promise<void>
}

/** What who sits here may do now, a form at a time; what was typed outlives that another one is opened. */
export function Offers({ facility, offers, leads, person, send, reload }: OffersProps) {
  const { state, session } = useConsole()
  const words = useResponseWords()
  const [chosen, choose] = useState<string>()
  const [drafts, setDrafts] = useState<Readonly<Record<string, FormDraft>>>({})
  const isLocked = session.who?.locked === true
  const offer = offers.find(({ name }) => name === chosen)
  return (
    <section class="panel" aria-label={words.text('whatNow')} data-testid="offers">
      <h2>{words.text('whatNow')}</h2>
      {offers.length === 0 ? (
        <p class="muted">{words.text('nothingNow')}</p>
      ) : (
        <div class="action-buttons">
          {offers.map(({ name, text }, index) => (
            <button
              key={name}
              type="button"
              class={leads && index === 0 ? 'button primary' : 'button'}
              aria-pressed={name === chosen}
              data-testid={`act-${name}`}
              disabled={state.link !== 'live' || isLocked}
              onClick={() => choose(name === chosen ? undefined : name)}
            >
              {text}
            </button>
          ))}
        </div>
      )}
      {offer !== undefined && (
        <FieldsForm
          key={offer.name}
          id="act"
          title={offer.text}
          submit={offer.text}
          note={offer.note}
          facility={facility}
          fields={offer.fields}
          draft={drafts[offer.name] ?? {}}
          onDraft={(draft) => setDrafts((before) => ({ ...before, [offer.name]: draft }))}
          {...(person === undefined ? {} : { person })}
          send={(said) => send(offer.name, said)}
          onChanged={reload}
          onCancel={() => choose(undefined)}
          onDone={() => {
            choose(undefined)
            setDrafts(({ [offer.name]: _, ...others }) => others)
            void reload()
          }}
        />
      )}
    </section>
  )
}
