import { useState } from 'preact/hooks'
import type { ReportContact, ReportDetail } from '../../../../contracts/register/report-api.ts'
import { isMissing } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { dayTime } from '../register/deadline.ts'
import { useRefusalOf } from '../register/may-change.ts'
import { usePlaceName, useTree } from '../register/place-names.ts'
import { formatRoute } from '../route.ts'
import { useSending } from '../sending.ts'
import { REPORT_STATE_TEXTS, REWARD_TEXTS } from '../texts/response.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { FilesPanel } from './files-panel.tsx'
import { Offers } from './offers.tsx'
import { reportOffers } from './report-offers.ts'
import { StepHistory } from './step-history.tsx'
import { useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** What somebody outside has reported, and what becomes of it. */
export function ReportPage({ number }: { number: number }) {
  const { words: common } = useConsole()
  const words = useResponseWords()
  const { value, failure, reload } = useGot<ReportDetail>(`/api/v1/reports/${number}`, { everyMs: 30_000 })
  const isUnknown = failure !== undefined && isMissing(failure)
  return (
    <div class="page report-triage">
      <p class="crumb">
        <a href={formatRoute({ page: 'reports' })}>‹ {words.text('toReports')}</a>
      </p>
      {failure !== undefined && !isUnknown && <ProblemNote failure={failure} />}
      {value !== undefined ? (
        <Whole report={value} reload={reload} />
      ) : (
        <section class="panel">
          <h1>{words.text('reportNumber', { number })}</h1>
          {failure === undefined && <p>{common.text('loading')}</p>}
          {isUnknown && <p data-testid="report-unknown">{words.text('reportUnknown', { number })}</p>}
        </section>
      )}
    </div>
  )
}

function Whole({ report, reload }: { report: ReportDetail; reload: () => Promise<void> }) {
  const { state, api } = useConsole()
  const words = useResponseWords()
  const areas = useTree(report.facility)?.areas ?? []
  const { number, version, facility, attachments, history } = report
  const { offers, leads } = reportOffers(report, { areas, facilities: state.facilities }, words)
  return (
    <>
      <ReportHead report={report} />
      <div class="alarm-columns">
        <div class="alarm-main">
          <Offers
            facility={facility}
            offers={offers}
            leads={leads}
            send={(action, said) =>
              api.asking.post(`/api/v1/reports/${number}/transitions`, { action, version, ...said })
            }
            reload={reload}
          />
          <FilesPanel
            path={`/api/v1/reports/${number}/attachments`}
            attachments={attachments}
            reload={reload}
          />
        </div>
        <div class="alarm-side">
          {report.hasContact && <Contact number={number} reload={reload} />}
          <StepHistory history={history} />
        </div>
      </div>
    </>
  )
}

function ReportHead({ report }: { report: ReportDetail }) {
  const words = useResponseWords()
  const placeName = usePlaceName()
  const { number, facility, state, text, where, happened, received, isEmployee, hazard, duplicateOf } = report
  const { reason, reward } = report
  return (
    <section class="panel" data-testid="report-head">
      <h1>
        <span class="hazard-number">{words.text('reportNumber', { number })}</span>{' '}
        <span data-testid="report-state">{words.of(REPORT_STATE_TEXTS[state])}</span>
      </h1>
      <p class="muted">
        {placeName({ facility, area: null })} · {words.text('receivedAt', { time: dayTime(received) })}
        {happened !== null && ` · ${words.text('seenAt', { time: dayTime(happened) })}`}
        {isEmployee && ` · ${words.text('worksThere')}`}
      </p>
      <blockquote class="said report-text" data-testid="report-text">
        {text}
      </blockquote>
      {where !== null && (
        <p>
          {words.text('whereItIs')} <b>{where}</b>
        </p>
      )}
      {hazard !== null && (
        <p>
          <a
            class="hazard-link"
            href={formatRoute({ page: 'hazard', number: hazard.number })}
            data-testid="report-hazard"
          >
            {words.text('hazardLink', { number: hazard.number })} ›
          </a>
        </p>
      )}
      {duplicateOf !== null && (
        <p>
          <a href={formatRoute({ page: 'reports', number: duplicateOf })}>
            {words.text('repeats', { number: duplicateOf })}
          </a>
        </p>
      )}
      {reason !== null && <p class="said">“{reason}”</p>}
      {reward.state !== 'none' && (
        <p data-testid="report-reward">
          {words.of(REWARD_TEXTS[reward.state])}
          {reward.amount !== null && <b> {reward.amount} CNY</b>}
          {reward.by !== null && <span class="muted"> · {reward.by}</span>}
        </p>
      )}
    </section>
  )
}

/** How the reporter can be reached: behind a button, since every look is recorded. */
function Contact({ number, reload }: { number: number; reload: () => Promise<void> }) {
  const { api, words: common } = useConsole()
  const words = useResponseWords()
  const refusal = useRefusalOf('admin')
  const [contact, show] = useState<ReportContact>()
  const { progress, canSend, send } = useSending(() => void reload())
  const look = () =>
    send(async () => {
      const answer = await api.asking.get<ReportContact>(`/api/v1/reports/${number}/contact`)
      if (answer.ok) show(answer.value)
      return answer
    })
  return (
    <section class="panel" data-testid="contact">
      <h2>{words.text('contact')}</h2>
      {contact === undefined ? (
        <>
          <p>{words.text('lookIsRecorded')}</p>
          <div class="action-buttons">
            <button
              type="button"
              class="button"
              data-testid="contact-show"
              disabled={!canSend || refusal !== undefined}
              title={refusal}
              onClick={() => void look()}
            >
              {progress.kind === 'sending' ? common.text('sending') : words.text('showContact')}
            </button>
          </div>
          {refusal !== undefined && <p class="forbidden">⊘ {refusal}</p>}
        </>
      ) : (
        <>
          <p class="said" data-testid="contact-shown">
            {[contact.name, contact.phone, contact.email].filter((part) => part !== null).join('\n')}
          </p>
          <div class="action-buttons">
            <button type="button" class="button" onClick={() => show(undefined)}>
              {words.text('hideContact')}
            </button>
          </div>
        </>
      )}
      {progress.kind === 'failed' && <ProblemNote failure={progress.failure} />}
    </section>
  )
}
