import type { DerivedDetail, TankOutline } from '../../../../contracts/analytics/derived-api.ts'
import { useConsole } from '../console-context.ts'
import { liveValue, sensorConditions } from '../sensor-condition.ts'
import { DetailTable } from './detail-table.tsx'
import { TankPicture } from './tank-picture.tsx'
import { levelOf, motionOf } from './tank-view.ts'
import { useDerivedWords } from './use-derived-words.ts'

/** A tank as it stands, with what is told of how it moves. */
export function TankDetail({ tank, given: { of, detail } }: { tank: TankOutline; given: DerivedDetail }) {
  const { state } = useConsole()
  const { text } = useDerivedWords()
  // The gauge is the first input of all that is computed of a tank.
  const gauge = sensorConditions(state).find(({ sensor }) => sensor.id === of[0])
  const level = gauge && levelOf(liveValue(gauge.belief), gauge.sensor.unit)
  const motion = motionOf(detail)
  return (
    <section class="tank-detail">
      <div>
        <h3>{tank.name === tank.id ? tank.id : `${tank.id} · ${tank.name}`}</h3>
        <TankPicture tank={tank} level={level} />
        {motion !== undefined && (
          <p data-testid="tank-motion">
            <b>{text(motion)}</b>
          </p>
        )}
      </div>
      <DetailTable detail={detail} />
    </section>
  )
}
