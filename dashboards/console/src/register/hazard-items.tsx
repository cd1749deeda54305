import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { countText } from '../number-text.ts'
import { dayTime } from './deadline.ts'
import { Fact } from './hazard-facts.tsx'
import { DeadlineNote } from './hazard-marks.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** Who puts it right, how, with what and until when; and what came of it. */
export function HazardItems({ hazard }: { hazard: HazardDetail }) {
  const words = useRegisterWords()
  const { measures, responsible, funds, contingency, extension, supervised, evidence, rectified } = hazard
  const or = (text: string | null) =>
    text === null || text === '' ? (
      <span class="muted">{words.text('notYet')}</span>
    ) : (
      <span class="said">{text}</span>
    )
  const signed = ({ by, time }: { by: string; time: string }) =>
    words.text('signed', { by, time: dayTime(time) })
  return (
    <section class="panel" data-testid="hazard-items">
      <h2>{words.text('fiveItems')}</h2>
      <dl class="facts">
        <Fact name={words.text('measures')}>{or(measures)}</Fact>
        <Fact name={words.text('responsible')}>{or(responsible)}</Fact>
        <Fact name={words.text('funds')}>{or(funds === null ? null : countText(funds))}</Fact>
        <Fact name={words.text('deadline')}>
          <DeadlineNote hazard={hazard} />
        </Fact>
        <Fact name={words.text('contingency')}>{or(contingency)}</Fact>
        {extension !== null && (
          <Fact name={words.text('extension')}>
            <b>◷</b>{' '}
            {words.text('extensionText', {
              until: dayTime(extension.until),
              by: extension.by,
              reason: extension.reason,
            })}
          </Fact>
        )}
        {supervised !== null && (
          <Fact name={words.text('supervision')}>
            ⚑{' '}
            {words.text('supervisionText', {
              authority: supervised.authority,
              time: dayTime(supervised.since),
              by: supervised.by,
            })}
          </Fact>
        )}
        {evidence !== null && <Fact name={words.text('evidence')}>{or(evidence)}</Fact>}
        {rectified !== null && <Fact name={words.text('rectifiedBy')}>{signed(rectified)}</Fact>}
        {hazard.verified !== null && <Fact name={words.text('verifiedBy')}>{signed(hazard.verified)}</Fact>}
      </dl>
      {hazard.grade === 'major' && <Major hazard={hazard} />}
    </section>
  )
}

function Major({ hazard: { leader, plan } }: { hazard: HazardDetail }) {
  const words = useRegisterWords()
  const none = <span class="muted">{words.text('notYet')}</span>
  return (
    <div class="major-parts">
      <h3>{words.text('majorParts')}</h3>
      <dl class="facts">
        <Fact name={words.text('leader')}>{leader ?? none}</Fact>
        <Fact name={words.text('plan')}>
          {plan === null ? (
            none
          ) : (
            <>
              <p class="said">{plan.text}</p>
              <p>
                <span class="muted">{words.text('planBy', { by: plan.by })}</span>{' '}
                {plan.approved === null ? (
                  <b>{words.text('planWaits')}</b>
                ) : (
                  words.text('planApproved', { by: plan.approved.by, time: dayTime(plan.approved.time) })
                )}
              </p>
            </>
          )}
        </Fact>
      </dl>
    </div>
  )
}
