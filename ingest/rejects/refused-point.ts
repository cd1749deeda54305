import type { RefusedPoint } from '../../contracts/store.ts'
import type { NewLetter } from './letter.ts'

/** The letter of a reading that the store will never take, with the database's own reason. `time`: epoch ms. */
export function refusedPointLetter({ point, detail }: RefusedPoint, time: number): NewLetter {
  const { facility, gateway } = point.series
  return {
    time,
    kind: 'store',
    facility,
    gateway,
    topic: '',
    code: 'STORE_REFUSED',
    detail: `${point.reading.sensor}: ${detail}`,
    count: 1,
    payload: Buffer.from(JSON.stringify(point.reading)),
  }
}
