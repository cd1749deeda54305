import type { ExportView } from '../../../../contracts/register/export-api.ts'
import { useConsole } from '../console-context.ts'
import { usePerson } from '../person.ts'
import { dayTime } from '../register/deadline.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { useSending } from '../sending.ts'
import { Listing } from '../views/listing.tsx'
import { ProblemNote } from '../views/problem-note.tsx'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** Outside registers: what waits for them, what they did not take, and when they took something last. */
export function ExportsPage() {
  const { state } = useConsole()
  const words = useResponseWords()
  const { value, failure, reload } = useGot<Page<ExportView>>('/api/v1/exports', {
    version: state.hazardChanges,
    everyMs: 15_000,
  })
  return (
    <section class="panel" data-testid="exports">
      {failure !== undefined && <ProblemNote failure={failure} />}
      {value?.items.length === 0 && <p class="muted">{words.text('noExports')}</p>}
      {value !== undefined && value.items.length > 0 && (
        <Listing
          columns={[
            words.text('exportTo'),
            words.text('exportWaiting'),
            words.text('exportFailed'),
            words.text('exportSent'),
            words.text('lastSuccess'),
            words.text('state'),
            words.text('again'),
          ]}
          rows={value.items.map((item) => ({
            key: `${item.facility} ${item.id}`,
            cells: cellsOf(item),
          }))}
        />
      )}
    </section>
  )

  function cellsOf(item: ExportView) {
    const { id, facility, to, waiting, oldest, refused, givenUp, sent, lastSuccess, failingSince } = item
    const failed = refused + givenUp
    return [
      <span key="to" data-testid={`export-${id}`}>
        <b>{id}</b>{' '}
        <span class="muted">
          {to} · {state.facilities.find((known) => known.id === facility)?.name ?? facility}
        </span>
      </span>,
      <span key="waiting">
        {waiting}{' '}
        {oldest !== null && <span class="muted">{words.text('since', { time: dayTime(oldest) })}</span>}
      </span>,
      failed === 0 ? (
        '0'
      ) : (
        <span key="failed">
          <b>✕ {failed}</b> <span class="muted">{words.text('refusedAndGivenUp', { refused, givenUp })}</span>
        </span>
      ),
      String(sent),
      lastSuccess === null ? words.text('never') : dayTime(lastSuccess),
      failingSince === null ? (
        <span key="state" class="muted">
          ✓ {words.text('works')}
        </span>
      ) : (
        <span key="state">
          <span class="overdue">⚠ {words.text('failsSince', { time: dayTime(failingSince) })}</span>{' '}
          {item.lastError !== null && <span class="said">{item.lastError.text}</span>}
        </span>
      ),
      <Again key="again" item={item} failed={failed} reload={reload} />,
    ]
  }
}

function Again({
  item: { facility, id },
  failed,
  reload,
}: {
  item: ExportView
  failed: number
  reload: () => Promise<void>
}) {
  const { api, words: common } = useConsole()
  const words = useResponseWords()
  const person = usePerson()
  const refusal = useRefusalOf('engineer')
  const { progress, canSend, send } = useSending(() => void reload())
  const path = `/api/v1/exports/${encodeURIComponent(facility)}/${encodeURIComponent(id)}/retry`
  return (
    <>
      <button
        type="button"
        class="button"
        data-testid={`retry-${id}`}
        disabled={failed === 0 || !canSend || refusal !== undefined}
        title={refusal}
        onClick={() => void send(() => api.asking.post(path, person.named()))}
      >
        {progress.kind === 'sending' ? common.text('sending') : words.text('sendAgain')}
      </button>
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
    </>
  )
}
