import type { AlarmKpi, Figure, Verdict } from '../../../../contracts/kpi.ts'
import { useConsole } from '../console-context.ts'
import { figureText, peakText } from '../kpi-text.ts'
import { FIGURE_TEXTS, VERDICT_TEXTS } from '../texts.ts'

/** A shape for each verdict, since its colour may not be seen. Key: the verdict. */
const SHAPES: Readonly<Record<Verdict, string>> = { good: '✓', manageable: '◐', over: '▲' }

/** Every figure beside its target: those that have one first, what is over in sight at once. */
export function KpiFigures({ kpi }: { kpi: AlarmKpi }) {
  const { words } = useConsole()
  const judged = kpi.figures.filter(({ target }) => target !== null)
  const others = kpi.figures.filter(({ target }) => target === null)
  return (
    <section class="panel">
      <h2>{words.text('figures')}</h2>
      <ul class="figures">
        {judged.map((figure) => (
          <FigureRow key={figure.id} figure={figure} />
        ))}
      </ul>
      <ul class="figures plain">
        {others.map((figure) => (
          <FigureRow key={figure.id} figure={figure} />
        ))}
      </ul>
    </section>
  )
}

function FigureRow({ figure }: { figure: Figure }) {
  const { words } = useConsole()
  const { id, target, source, verdict } = figure
  const peak = peakText(figure)
  return (
    <li class={`figure verdict-${verdict ?? 'none'}`} data-testid={`figure-${id}`}>
      <span class="figure-name">{FIGURE_TEXTS[id] === undefined ? id : words.of(FIGURE_TEXTS[id])}</span>
      <span class="figure-value">
        <b>{figureText(figure, words)}</b>
        {peak !== null && <span class="muted"> {peak}</span>}
      </span>
      {target !== null && (
        <span class="figure-target">
          {words.target(target)} <span class="muted">{source !== null && words.target(source)}</span>
        </span>
      )}
      {verdict !== null && (
        <b class="figure-verdict">
          {SHAPES[verdict]} {words.of(VERDICT_TEXTS[verdict])}
        </b>
      )}
    </li>
  )
}
