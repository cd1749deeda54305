import type { TankOutline } from '../../../../contracts/analytics/derived-api.ts'
import { numberText } from '../number-text.ts'
import { marksOf } from './tank-view.ts'
import { useDerivedWords } from './use-derived-words.ts'

const [WIDTH, HEIGHT] = [104, 190]
const [LEFT, TOP] = [4, 10]
/** Names of levels keep so far apart that each can be read. */
const LINE = 15

/** A tank with what stands in it and its levels of concern. Grey: what is beyond says so in words. */
export function TankPicture({ tank, level }: { tank: TankOutline; level: number | undefined }) {
  const { text } = useDerivedWords()
  const [bottom = 0, top = 1] = tank.span
  const at = (metres: number) => {
    const share = Math.min(1, Math.max(0, (metres - bottom) / (top - bottom)))
    return TOP + HEIGHT * (1 - share)
  }
  const marks = marksOf(tank, level)
  const rows = spread(marks.map((mark) => at(mark.level)))
  const says =
    level === undefined
      ? text('tankUnknown')
      : text('tankPicture', { level: numberText(level, 3), top: numberText(top, 1) })
  return (
    <svg
      class="tank"
      viewBox={`0 0 ${WIDTH + 180} ${HEIGHT + 2 * TOP}`}
      role="img"
      aria-label={says}
      data-testid="tank"
    >
      <rect class="tank-wall" x={LEFT} y={TOP} width={WIDTH} height={HEIGHT} rx={5} />
      {level === undefined ? (
        <text class="tank-unknown" x={LEFT + WIDTH / 2} y={TOP + HEIGHT / 2} text-anchor="middle">
          – –
        </text>
      ) : (
        <>
          <rect
            class="tank-content"
            x={LEFT + 3}
            y={at(level)}
            width={WIDTH - 6}
            height={TOP + HEIGHT - at(level)}
          />
          <text
            class="tank-level"
            x={LEFT + WIDTH / 2}
            y={Math.min(TOP + HEIGHT - 6, Math.max(TOP + 18, at(level) + 18))}
            text-anchor="middle"
          >
            {numberText(level, 2)} m
          </text>
        </>
      )}
      {marks.map((mark, index) => {
        const [y, row] = [at(mark.level), rows[index] ?? 0]
        return (
          <g key={mark.key} class={mark.isPassed ? 'tank-mark passed' : 'tank-mark'}>
            <path d={`M${LEFT} ${y}H${LEFT + WIDTH}L${LEFT + WIDTH + 14} ${row}h4`} />
            <text x={LEFT + WIDTH + 22} y={row + 4}>
              {mark.key} {numberText(mark.level, 2)}{' '}
              {mark.isPassed ? text(mark.isLow ? 'undershot' : 'passed') : ''}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

/** Heights for names, downwards, none over another: each as near to its own as those above leave room. */
function spread(heights: readonly number[]): number[] {
  const rows: number[] = []
  for (const height of heights) rows.push(Math.max(height, (rows.at(-1) ?? Number.NEGATIVE_INFINITY) + LINE))
  const over = Math.max(0, (rows.at(-1) ?? 0) - (TOP + HEIGHT))
  return rows.map((row) => row - over)
}
