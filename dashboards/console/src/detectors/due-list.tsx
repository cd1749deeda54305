import type { DueView } from '../../../../contracts/calibration-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { CALIBRATION_KIND_TEXTS } from '../texts/detectors.ts'
import { dateOf } from '../time-text.ts'
import { dueText } from './due-text.ts'
import { useDetectorWords } from './use-detector-words.ts'

/** Shape and text beside every colour. */
const SIGNS: Readonly<Record<DueView['state'], string>> = { ok: '○', due: '◐', overdue: '✕', never: '◌' }

/** What is due: what is overdue stands first, as the server has it. */
export function DueList({ items, isOfOne = false }: { items: readonly DueView[]; isOfOne?: boolean }) {
  const { words } = useConsole()
  const text = useDetectorWords()
  return (
    <ul class={isOfOne ? 'due-list of-one' : 'due-list'} data-testid="due-list">
      {items.map((due) => (
        <li key={`${due.sensor} ${due.kind}`} class={`due-${due.state}`} data-state={due.state}>
          {!isOfOne && (
            <span class="due-what">
              <a href={formatRoute({ page: 'sensor', sensor: due.sensor })}>
                <b>{due.sensor}</b>
              </a>{' '}
              {due.sensorName}
            </span>
          )}
          <span>{words.of(CALIBRATION_KIND_TEXTS[due.kind])}</span>
          <span class="due-state">
            <b aria-hidden="true">{SIGNS[due.state]}</b> {dueText(due, words, text)}
          </span>
          <span class="muted">
            {text('due')} {dateOf(due.due)} · {text('lastDone')}{' '}
            {due.lastDone === null ? text('neverDone') : dateOf(due.lastDone)}
          </span>
        </li>
      ))}
    </ul>
  )
}
