import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ReportForm } from '../../../../contracts/register/report-api.ts'
import { remember } from '../preferences.ts'
import { LANGUAGE_NAMES, LANGUAGE_TAGS } from '../say.ts'
import { LANGUAGES, type Language } from '../texts/entry.ts'
import { Hotline } from './hotline.tsx'
import { Proof } from './proof-state.ts'
import type { ReportClient } from './report-client.ts'
import { ReportFields } from './report-fields.tsx'
import { ReportLookUp } from './report-look-up.tsx'
import { ReportSent } from './report-sent.tsx'
import { ReportWords, ReportWordsContext, useWords } from './report-words.ts'

interface Props {
  client: ReportClient
  language: Language
  /** That the link was about. */
  facility: string | null
}

/** The public page: reporting a hazard, and asking how far a report has come. Nobody signs in here. */
export function ReportPage({ client, language: first, facility }: Props) {
  const [language, setLanguage] = useState(first)
  const [view, setView] = useState<'report' | 'look-up'>('report')
  const words = useMemo(() => new ReportWords(language), [language])
  useEffect(() => {
    document.documentElement.lang = LANGUAGE_TAGS[language]
    document.title = words.text('title')
  }, [language, words])
  const choose = (chosen: Language) => {
    setLanguage(chosen)
    remember('language', chosen)
  }
  return (
    <ReportWordsContext.Provider value={words}>
      <div class="report">
        <header class="report-head">
          <h1>{words.text('title')}</h1>
          <fieldset class="report-languages" aria-label={words.text('language')}>
            {LANGUAGES.map((each) => (
              <button
                key={each}
                type="button"
                lang={LANGUAGE_TAGS[each]}
                data-testid={`lang-${each}`}
                aria-pressed={each === language}
                onClick={() => choose(each)}
              >
                {LANGUAGE_NAMES[each].long}
              </button>
            ))}
          </fieldset>
        </header>
        <nav class="report-views" aria-label={words.text('views')}>
          {(['report', 'look-up'] as const).map((each) => (
            <button
              key={each}
              type="button"
              class="button"
              data-testid={`view-${each}`}
              aria-pressed={each === view}
              onClick={() => setView(each)}
            >
              {words.text(each === 'report' ? 'report' : 'lookUp')}
            </button>
          ))}
        </nav>
        <main>
          {/* Kept while the other is looked at: what was typed is not lost. */}
          <div hidden={view !== 'report'}>
            <Reporting client={client} facility={facility} />
          </div>
          {view === 'look-up' && <ReportLookUp client={client} />}
        </main>
      </div>
    </ReportWordsContext.Provider>
  )
}

function Reporting({ client, facility }: { client: ReportClient; facility: string | null }) {
  const words = useWords()
  const [form, setForm] = useState<ReportForm>()
  const [failed, setFailed] = useState<string | null | undefined>()
  const [receipt, setReceipt] = useState<string>()
  const [round, setRound] = useState(0)
  const proof = useMemo(() => new Proof(client), [client])
  useEffect(() => {
    void round
    setFailed(undefined)
    void proof.begin().then((outcome) => {
      if (outcome.ok) setForm(outcome.value)
      else setFailed(outcome.code ?? null)
    })
    return () => proof.giveUp()
  }, [proof, round])
  const next = () => {
    setReceipt(undefined)
    setRound(round + 1)
  }
  if (receipt !== undefined) return <ReportSent receipt={receipt} onNext={next} />
  if (failed !== undefined)
    return (
      <div class="panel">
        <p class="problem" role="alert">
          {words.refusal(failed ?? undefined)}
        </p>
        <button type="button" class="button" onClick={next}>
          {words.text('again')}
        </button>
      </div>
    )
  if (form === undefined) return <p class="empty">{words.text('loading')}</p>
  if (form.challenge === null)
    return (
      <div class="panel" data-testid="report-closed">
        <p>
          {words.text('closed')} {words.text('closedCall')}
        </p>
        <Hotline number={form.hotline} />
      </div>
    )
  return <ReportFields client={client} form={form} facility={facility} proof={proof} onSent={setReceipt} />
}
