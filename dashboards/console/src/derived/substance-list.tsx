import { looseNumber } from '../number-text.ts'
import { numberOf, textOf, type Untyped } from './untyped.ts'
import { useDerivedWords } from './use-derived-words.ts'

/** What a major-hazard source holds now. */
export function SubstanceList({ substances }: { substances: readonly Untyped[] }) {
  const { text } = useDerivedWords()
  return (
    <section>
      <h3>{text('substances')}</h3>
      <p>
        {substances
          .map(({ cas, tonnes }) => `${textOf(cas) ?? '?'}: ${looseNumber(numberOf(tonnes) ?? 0)} t`)
          .join(' · ')}
      </p>
      <p class="hint">{text('legalGrade')}</p>
    </section>
  )
}
