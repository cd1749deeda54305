import type { ComponentChildren } from 'preact'
import type { HazardDetail, Risk } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { KIND_TEXTS, SOURCE_TEXTS } from '../texts/register.ts'
import { dayTime } from './deadline.ts'
import { RiskNote } from './risk-mark.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** What was found, and how it was judged. */
export function HazardFacts({ hazard }: { hazard: HazardDetail }) {
  const { state, words: common } = useConsole()
  const words = useRegisterWords()
  const { risk, sensor, facility, region } = hazard
  const isHere = state.facility === facility
  return (
    <section class="panel" data-testid="hazard-facts">
      <h2>{words.text('facts')}</h2>
      <dl class="facts">
        <Fact name={words.text('foundAt')}>
          {words.text('foundByText', { time: dayTime(hazard.found), by: hazard.foundBy })}
        </Fact>
        <Fact name={words.text('source')}>
          {words.of(SOURCE_TEXTS[hazard.source])}
          {hazard.rule !== null && (
            <span class="muted">
              {' '}
              · {words.text('rule')} {hazard.rule}
            </span>
          )}
        </Fact>
        <Fact name={words.text('kind')}>{words.of(KIND_TEXTS[hazard.kind])}</Fact>
        {risk !== null && (
          <Fact name={words.text('risk')}>
            <RiskNote colour={risk.colour} outline={hazard.status === 'closed'} />{' '}
            {words.text('riskOf', { method: risk.method, factors: factorsOf(risk), score: risk.score })}
          </Fact>
        )}
        {hazard.needsShutdown && <Fact name={words.text('needsShutdown')}>{words.text('yes')}</Fact>}
        {sensor !== null && (
          <Fact name={common.text('sensor')}>
            {isHere ? <a href={formatRoute({ page: 'sensor', sensor })}>{sensor}</a> : sensor}
          </Fact>
        )}
        {region !== null && <Fact name={words.text('region')}>{region.replaceAll('/', ' › ')}</Fact>}
      </dl>
    </section>
  )
}

function factorsOf({ likelihood, exposure, consequence }: Risk): string {
  return [likelihood, exposure, consequence].filter((factor) => factor !== null).join(' × ')
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
