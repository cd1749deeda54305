import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { formatRoute } from '../route.ts'
import type { Failure } from '../state.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import { ProblemNote } from '../views/problem-note.tsx'
import { useRegisterWords } from './use-register-words.ts'

/** What most often stands in the way, in the language of the console. Key: code. */
const PLAIN: Readonly<Record<string, RegisterTextKey>> = {
  HAZARD_CHANGED: 'changedMeanwhile',
  HAZARD_SAME_PERSON: 'anotherPerson',
  HAZARD_CAUSE_STANDS: 'causeStands',
}

/** Why it was refused, and what to do. */
export function ActionRefusal({ failure, hazard }: { failure: Failure; hazard: HazardDetail }) {
  const words = useRegisterWords()
  const code = failure.kind === 'problem' ? failure.problem.code : ''
  const plain = Object.hasOwn(PLAIN, code) ? PLAIN[code] : undefined
  return (
    <>
      {plain !== undefined && (
        <p class="meanwhile-note" data-testid="refusal">
          <b>{words.text(plain)}</b>{' '}
          {code === 'HAZARD_CAUSE_STANDS' && hazard.alarm !== null && (
            <a href={formatRoute({ page: 'alarm', facility: hazard.facility, alarm: hazard.alarm })}>
              {words.text('toTheAlarm')} ›
            </a>
          )}
        </p>
      )}
      <ProblemNote failure={failure} />
    </>
  )
}
