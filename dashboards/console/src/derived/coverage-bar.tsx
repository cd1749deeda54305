import { useDerivedWords } from './use-derived-words.ts'

/** How much of what is needed is there: by length, sign and word, and without a colour. */
export function CoverageBar({ coverage }: { coverage: number | null }) {
  const { text } = useDerivedWords()
  if (coverage === null) return <span class="muted">{text('coverageUnknown')}</span>
  // What is nearly whole is not whole.
  const percent = coverage >= 1 ? 100 : Math.min(99, Math.round(coverage * 100))
  const [sign, word] =
    coverage >= 1
      ? (['✓', 'coverageWhole'] as const)
      : coverage > 0
        ? (['◐', 'coveragePartly'] as const)
        : (['✕', 'coverageNone'] as const)
  return (
    <span class="coverage" data-testid="coverage">
      <span class="coverage-bar" role="img" aria-label={text('coverageSays', { percent, word: text(word) })}>
        <span class="coverage-fill" style={{ width: `${percent}%` }} />
      </span>
      <span>
        <b>{percent} %</b> {sign} {text(word)}
      </span>
    </span>
  )
}
