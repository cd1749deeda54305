import { useState } from 'preact/hooks'
import type { PublicReport } from '../../../../contracts/register/report-api.ts'
import { LANGUAGE_TAGS } from '../say.ts'
import { Hotline } from './hotline.tsx'
import type { ReportClient } from './report-client.ts'
import { PUBLIC_REWARD_TEXTS, PUBLIC_STATE_TEXTS } from './report-texts.ts'
import { useWords } from './report-words.ts'

/** How far a report has come, for whoever has its receipt. */
export function ReportLookUp({ client }: { client: ReportClient }) {
  const words = useWords()
  const [receipt, setReceipt] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [found, setFound] = useState<PublicReport>()
  const [refused, setRefused] = useState<string>()
  const ask = async (event: Event) => {
    event.preventDefault()
    setAsking(true)
    setFound(undefined)
    setRefused(undefined)
    const outcome = await client.look(receipt.trim())
    setAsking(false)
    if (outcome.ok) setFound(outcome.value)
    else setRefused(words.refusal(outcome.code))
  }
  return (
    <form class="panel report-form" onSubmit={(event) => void ask(event)}>
      <label class="report-field">
        <span class="report-label">{words.text('receiptLabel')}</span>
        <span class="hint">{words.text('receiptHint')}</span>
        <input
          type="text"
          class="report-input"
          value={receipt}
          required
          maxLength={60}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          data-testid="receipt-field"
          onInput={(event) => setReceipt(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary report-send" disabled={isAsking} data-testid="look">
        {words.text(isAsking ? 'loading' : 'look')}
      </button>
      {refused !== undefined && (
        <p class="problem" role="alert" data-testid="refused">
          {refused}
        </p>
      )}
      {found !== undefined && <Found report={found} />}
    </form>
  )
}

function Found({ report }: { report: PublicReport }) {
  const words = useWords()
  const time = (iso: string) =>
    new Date(iso).toLocaleString(LANGUAGE_TAGS[words.language], { dateStyle: 'medium', timeStyle: 'short' })
  const rows = [
    [words.text('state'), words.of(PUBLIC_STATE_TEXTS[report.state])],
    [words.text('reward'), words.of(PUBLIC_REWARD_TEXTS[report.reward])],
    [words.text('receivedAt'), time(report.received)],
    [words.text('updatedAt'), time(report.updated)],
  ] as const
  return (
    <div role="status" data-testid="found">
      <dl class="report-found">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Hotline number={report.hotline} />
    </div>
  )
}
