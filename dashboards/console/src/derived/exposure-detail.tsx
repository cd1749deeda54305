import { unitSign } from '../../../../contracts/number-text.ts'
import { useConsole } from '../console-context.ts'
import { limitText } from '../number-text.ts'
import { DETAIL_TEXTS } from '../texts/derived.ts'
import { ageText } from '../time-text.ts'
import { Listing } from '../views/listing.tsx'
import type { ExposureLimit, ExposurePeriods } from './exposure-view.ts'
import { useDerivedWords } from './use-derived-words.ts'

interface ExposureDetailProps {
  limits: readonly ExposureLimit[]
  periods: ExposurePeriods | undefined
  unit: string
}

/** Limits that an exposure is held against, and how often a short-term one was passed in this shift. */
export function ExposureDetail({ limits, periods, unit }: ExposureDetailProps) {
  const { text, known } = useDerivedWords()
  return (
    <section data-testid="exposure">
      <Listing
        columns={[known(DETAIL_TEXTS, 'limit'), text('value'), known(DETAIL_TEXTS, 'isBeyond')]}
        rows={limits.map(({ basis, value, edition, isConfirmed, isBeyond }) => ({
          key: basis,
          cells: [
            <span key="basis">
              <b>{basis}</b>{' '}
              <span class="muted">
                {edition} {isConfirmed ? '' : `(${text('unconfirmed')})`}
              </span>
            </span>,
            `${limitText(Number(value.toPrecision(4)))} ${unitSign(unit)}`,
            isBeyond === true ? <b key="beyond">▲ {text('yes')}</b> : isBeyond === false ? text('no') : '–',
          ],
        }))}
      />
      {periods !== undefined && <Periods {...periods} />}
    </section>
  )
}

function Periods({ count, most, apartMs, leastApartMs, isKept }: ExposurePeriods) {
  const { words } = useConsole()
  const { text, known } = useDerivedWords()
  return (
    <dl class="facts derived-facts">
      <div>
        <dt>{known(DETAIL_TEXTS, 'periods')}</dt>
        <dd>{text('atMost', { count, most })}</dd>
      </div>
      {apartMs !== undefined && (
        <div>
          <dt>{known(DETAIL_TEXTS, 'apartMs')}</dt>
          <dd>{text('atLeast', { span: ageText(apartMs, words), least: ageText(leastApartMs, words) })}</dd>
        </div>
      )}
      <div>
        <dt>{known(DETAIL_TEXTS, 'isKept')}</dt>
        <dd>
          <b>{text(isKept ? 'kept' : 'notKept')}</b>
        </dd>
      </div>
    </dl>
  )
}
