import { looseNumber } from '../number-text.ts'
import { formatRoute } from '../route.ts'
import type { SubstanceMass } from './substances.ts'
import { useDerivedWords } from './use-derived-words.ts'

/** What a major-hazard source holds now, and where its legal grade stands. */
export function SubstanceList({ substances }: { substances: readonly SubstanceMass[] }) {
  const { text } = useDerivedWords()
  return (
    <section>
      <h3>{text('substances')}</h3>
      <p>{substances.map(({ cas, tonnes }) => `${cas}: ${looseNumber(tonnes)} t`).join(' · ')}</p>
      <p class="hint">
        {text('legalGrade')}{' '}
        <a href={formatRoute({ page: 'inspections', view: 'people' })}>{text('toSources')}</a>
      </p>
    </section>
  )
}
