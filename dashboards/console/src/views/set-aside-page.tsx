import { useMemo } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { runningTests } from '../running-tests.ts'
import {
  byCause,
  type CauseGroup,
  SET_ASIDE_KINDS,
  type SetAside,
  type SetAsideKind,
  setAside,
  setAsideKey,
} from '../set-aside.ts'
import type { TextKey } from '../texts.ts'
import { SetAsideRow } from './set-aside-row.tsx'
import { MOST_LINES, TestLine } from './under-test.tsx'

/** More of one cause are folded into one line. */
const FOLDED_FROM = 4

const EMPTY: Readonly<Record<SetAsideKind, TextKey>> = {
  shelved: 'noneShelved',
  suppressed: 'noneSuppressed',
  outOfService: 'noneOutOfService',
}

/** Everything that calls nobody although it may be active: nothing may be forgotten here. */
export function SetAsidePage() {
  const { state, words } = useConsole()
  const lists = useMemo(
    () => SET_ASIDE_KINDS.map((kind) => ({ kind, entries: setAside(state.alarms.values(), kind) })),
    [state.alarms],
  )
  const tests = runningTests(state.alarms.values())
  const row = (entry: SetAside) => <SetAsideRow key={setAsideKey(entry)} entry={entry} />
  return (
    <div class="page" data-testid="set-aside">
      <div>
        <h1>{words.text('setAsideTitle')}</h1>
        <p class="muted">{words.text('setAsideHint')}</p>
        <nav class="jumps">
          {lists.map(({ kind, entries }) => (
            <button
              key={kind}
              type="button"
              class="button"
              onClick={() => document.getElementById(`aside-${kind}`)?.scrollIntoView()}
            >
              {words.text(kind)} <b>{entries.length}</b>
            </button>
          ))}
        </nav>
      </div>
      {tests.length > MOST_LINES && (
        <section class="panel">
          <h2>
            {words.text('tests')} <span class="nav-note">{tests.length}</span>
          </h2>
          {tests.map((test) => (
            <TestLine key={`${test.facility}/${test.id}`} test={test} />
          ))}
        </section>
      )}
      {lists.map(({ kind, entries }) => (
        <section key={kind} id={`aside-${kind}`} class="panel aside" data-testid={`list-${kind}`}>
          <h2>
            {words.text(kind)} <span class="nav-note">{entries.length}</span>
          </h2>
          {entries.length === 0 ? (
            <p class="muted">{words.text(EMPTY[kind])}</p>
          ) : (
            <>
              <Headings />
              {byCause(entries).map((group) => (
                <Group key={group.cause ?? ''} group={group} row={row} />
              ))}
            </>
          )}
        </section>
      ))}
    </div>
  )
}

/** People's entries stand each by itself; what one cause brought along is folded when it is much. */
function Group({
  group: { cause, entries },
  row,
}: {
  group: CauseGroup
  row: (entry: SetAside) => preact.JSX.Element
}) {
  const { words } = useConsole()
  const [first] = entries
  const rows = <ul class="aside-rows">{entries.map(row)}</ul>
  if (cause === null || first === undefined || entries.length < FOLDED_FROM) return rows
  const active = entries.filter(({ alarm }) => alarm.live !== 'NORM').length
  return (
    <details class="aside-group">
      <summary>
        {words.text('causeGroup', { reason: first.flag.reason, count: entries.length })}
        {active > 0 && <b class="aside-active"> · {words.text('activeBeneath', { count: active })}</b>}
      </summary>
      {rows}
    </details>
  )
}

/** Seen only where the rows have columns. */
function Headings() {
  const { words } = useConsole()
  return (
    <div class="aside-headings" aria-hidden="true">
      <span>{words.text('alarm')}</span>
      <span>{words.text('beneath')}</span>
      <span>{words.text('since')}</span>
      <span>{words.text('setBy')}</span>
      <span>{words.text('why')}</span>
      <span>{words.text('untilLabel')}</span>
      <span />
    </div>
  )
}
