import { useState } from 'preact/hooks'
import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { isMissing } from '../api-client.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import type { Draft } from './action-body.ts'
import { HazardActions } from './hazard-actions.tsx'
import { HazardAlarms } from './hazard-alarms.tsx'
import { HazardFacts } from './hazard-facts.tsx'
import { HazardFiles } from './hazard-files.tsx'
import { HazardHead } from './hazard-head.tsx'
import { HazardHistory } from './hazard-history.tsx'
import { HazardItems } from './hazard-items.tsx'
import { useHazard } from './hazard-loader.ts'
import { HazardTrend } from './hazard-trend.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** One hazard: how it stands and what can be done now, what it is, and how it came there. */
export function HazardPage({ number }: { number: number }) {
  const { words: common } = useConsole()
  const words = useRegisterWords()
  const { value: hazard, failure, reload } = useHazard(number)
  return (
    <div class="page hazard-page">
      <p class="crumb">
        <a href={formatRoute({ page: 'hazards' })}>‹ {words.text('toList')}</a>
      </p>
      {failure !== undefined && !(isMissing(failure) && hazard === undefined) && (
        <ProblemNote failure={failure} />
      )}
      {hazard === undefined ? (
        <section class="panel">
          <h1>{words.text('hazardNumber', { number })}</h1>
          {failure === undefined ? (
            <p>{common.text('loading')}</p>
          ) : (
            isMissing(failure) && (
              <p data-testid="hazard-unknown">{words.text('hazardUnknown', { number })}</p>
            )
          )}
        </section>
      ) : (
        <Whole hazard={hazard} reload={reload} />
      )}
    </div>
  )
}

function Whole({ hazard, reload }: { hazard: HazardDetail; reload: () => Promise<void> }) {
  // What was typed outlives that somebody else changes the hazard, and that another form is opened.
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  return (
    <>
      <HazardHead hazard={hazard} />
      <div class="alarm-columns">
        <div class="alarm-main">
          <HazardActions
            hazard={hazard}
            drafts={drafts}
            onDraft={(action, draft) => setDrafts((before) => ({ ...before, [action]: draft }))}
            onDone={(action) => {
              setDrafts(({ [action]: _, ...others }) => others)
              void reload()
            }}
            reload={reload}
          />
          <HazardItems hazard={hazard} />
          <HazardFiles hazard={hazard} reload={reload} />
          {hazard.sensor !== null && <HazardTrend hazard={hazard} sensor={hazard.sensor} />}
        </div>
        <div class="alarm-side">
          <HazardFacts hazard={hazard} />
          <HazardAlarms hazard={hazard} />
          <HazardHistory history={hazard.history} />
        </div>
      </div>
    </>
  )
}
