import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import type { RiskMethod } from '../../../../contracts/register/words.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import type { Draft } from './action-body.ts'
import { scaleOf } from './hazard-scale.ts'
import { Framed, SelectField } from './register-field.tsx'
import { RiskNote } from './risk-mark.tsx'
import { colourOf, FACTORS, type RiskFactor, SCALES, scoreOf } from './risk-scale.ts'
import { useRegisterWords } from './use-register-words.ts'

interface RiskFieldsProps {
  hazard: HazardDetail
  draft: Draft
  problem: RegisterTextKey | undefined
  onDraft: (change: Draft) => void
}

const LABELS: Readonly<Record<RiskFactor, RegisterTextKey>> = {
  likelihood: 'likelihood',
  exposure: 'exposure',
  consequence: 'consequence',
}

/** The factors of the method, and what they come to. */
export function RiskFields({ hazard, draft, problem, onDraft }: RiskFieldsProps) {
  const words = useRegisterWords()
  const { bands } = scaleOf(hazard)
  const method: RiskMethod = draft.method === 'LEC' ? 'LEC' : 'LS'
  const score = scoreOf(method, draft)
  const label = (factor: RiskFactor) =>
    words.text(method === 'LS' && factor === 'consequence' ? 'severity' : LABELS[factor])
  return (
    <fieldset class="risk-fields wide">
      <legend>{words.text(method === 'LS' ? 'methodLS' : 'methodLEC')}</legend>
      <div class="field-pairs">
        {FACTORS.flatMap((factor) => {
          const scale = SCALES[method][factor]
          if (scale === undefined) return []
          return [
            <SelectField
              key={factor}
              id={`field-${factor}`}
              label={label(factor)}
              value={draft[factor] ?? ''}
              problem={(draft[factor] ?? '') === '' ? problem : undefined}
              choices={[
                { value: '', text: words.text('choose') },
                ...scale.map((value) => ({ value: String(value), text: String(value) })),
              ]}
              onChoose={(value) => onDraft({ [factor]: value })}
            />,
          ]
        })}
        <Framed id="act-score" label={words.text('risk')}>
          <output id="act-score" class="score" data-testid="act-score">
            {score === undefined ? (
              <span class="muted">{words.text('scoreWaits')}</span>
            ) : (
              <>
                <b>{words.text('scoreIs', { score })}</b>{' '}
                {bands !== undefined && <RiskNote colour={colourOf(score, bands)} />}
              </>
            )}
          </output>
        </Framed>
      </div>
    </fieldset>
  )
}
