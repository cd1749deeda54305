import { useCallback, useState } from 'preact/hooks'
import type { Link, PersonView } from '../../../../contracts/people-api.ts'
import { useConsole } from '../console-context.ts'
import { type LoadedList, useLoadedList } from '../loaded-list.ts'
import { shortTime } from '../time-text.ts'
import { AuditList } from './audit-list.tsx'
import { type Grant, GrantFields } from './grant-fields.tsx'
import { PersonRow } from './person-row.tsx'
import { ProblemNote } from './problem-note.tsx'
import { ShownOnce } from './shown-once.tsx'
import { TextField } from './text-field.tsx'
import { TokensPanel } from './tokens-panel.tsx'

/** Where an administrator enters people and machines, and says what they may. */
export function PeoplePage() {
  const { state, api, words, session } = useConsole()
  const list = useLoadedList(useCallback(() => api.people.people(), [api]))
  const [shown, show] = useState<{ name: string; link: Link }>()
  return (
    <div class="page" data-testid="people-page">
      <section class="panel">
        <h1>{words.text('people')}</h1>
        {list.failure !== undefined && <ProblemNote failure={list.failure} />}
        {shown !== undefined && (
          <ShownOnce
            title={words.text('linkFor', {
              name: shown.name,
              time: shortTime(shown.link.until, state.heardTime),
            })}
            hint={words.text('linkHint')}
            secret={`${location.origin}${shown.link.path}`}
          />
        )}
        <ul class="people-rows" data-testid="people">
          {list.items?.map((person) => (
            <PersonRow
              key={person.name}
              person={person}
              act={list.act}
              onLink={(link) => show({ name: person.name, link })}
            />
          ))}
        </ul>
      </section>
      <EnterPerson list={list} onEntered={(name, link) => show({ name, link })} />
      <TokensPanel />
      {session.who?.facilities === null && <AuditList after={list.items} />}
    </div>
  )
}

interface EnterPersonProps {
  list: LoadedList<PersonView>
  onEntered: (name: string, link: Link) => void
}

function EnterPerson({ list, onEntered }: EnterPersonProps) {
  const { api, words, session } = useConsole()
  const first: Grant = { role: 'operator', facilities: session.who?.facilities ?? null }
  const [said, say] = useState({ name: '', fullName: '' })
  const [grant, setGrant] = useState(first)
  const send = async () => {
    const name = said.name.trim()
    const made = await list.act(() => api.people.enter({ name, fullName: said.fullName.trim(), ...grant }))
    if (made === undefined) return
    onEntered(made.person.name, made.link)
    say({ name: '', fullName: '' })
    setGrant(first)
  }
  return (
    <form
      class="panel grant-form"
      data-testid="enter-person"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <h2>{words.text('enterPerson')}</h2>
      <TextField
        id="person-name"
        label={words.text('userName')}
        hint={words.text('userNameHint')}
        value={said.name}
        maxLength={40}
        onInput={(name) => say({ ...said, name })}
      />
      <TextField
        id="person-full-name"
        label={words.text('fullName')}
        value={said.fullName}
        onInput={(fullName) => say({ ...said, fullName })}
      />
      <GrantFields name="person" grant={grant} onChange={setGrant} />
      <button
        type="submit"
        class="button primary"
        data-testid="enter-person-submit"
        disabled={said.name.trim() === ''}
      >
        {words.text('enter')}
      </button>
    </form>
  )
}
