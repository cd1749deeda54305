import type { SensorView } from '../../../../contracts/api.ts'
import { unitSign } from '../../../../contracts/number-text.ts'
import { useConsole } from '../console-context.ts'
import { limitText } from '../number-text.ts'
import { liveValue, sensorConditions } from '../sensor-condition.ts'
import { DETAIL_TEXTS } from '../texts/derived.ts'
import { ageText } from '../time-text.ts'
import { Listing } from '../views/listing.tsx'
import { type ExposureLimit, type ExposurePeriods, shareOf } from './exposure-view.ts'
import { useDerivedWords } from './use-derived-words.ts'

interface ExposureDetailProps {
  limits: readonly ExposureLimit[]
  periods: ExposurePeriods | undefined
  sensor: SensorView
}

/** Limits that an exposure is held against, and how often a short-term one was passed in this shift. */
export function ExposureDetail({ limits, periods, sensor }: ExposureDetailProps) {
  const { state } = useConsole()
  const { text, known } = useDerivedWords()
  const condition = sensorConditions(state).find((each) => each.sensor.id === sensor.id)
  const now = condition && liveValue(condition.belief)
  const beyond = (isBeyond: boolean | undefined) => {
    if (isBeyond === true) return <b key="beyond">▲ {text('yes')}</b>
    // Without a value nobody knows that it is not.
    return isBeyond === undefined || now === undefined ? '–' : text('no')
  }
  const share = (limit: number) => {
    const percent = shareOf(limit, now)
    return percent === undefined ? '–' : `${percent} %`
  }
  return (
    <section data-testid="exposure">
      <Listing
        columns={[
          known(DETAIL_TEXTS, 'limit'),
          text('value'),
          text('ofLimit'),
          known(DETAIL_TEXTS, 'isBeyond'),
        ]}
        rows={limits.map(({ basis, value, edition, isConfirmed, isBeyond }) => ({
          key: basis,
          cells: [
            <span key="basis">
              <b>{basis}</b>{' '}
              <span class="muted">
                {edition} {isConfirmed ? '' : `(${text('unconfirmed')})`}
              </span>
            </span>,
            `${limitText(Number(value.toPrecision(4)))} ${unitSign(sensor.unit)}`,
            share(value),
            beyond(isBeyond),
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
