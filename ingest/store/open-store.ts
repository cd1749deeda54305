import type { Clock } from '../../contracts/clock.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'
import { EmbeddedStore } from './embedded-store.ts'
import { InfluxStore } from './influx/influx-store.ts'
import type { StorePlan } from './store-plan.ts'

/** The store that the facility file names. @throws CodedError when its file cannot be opened */
export async function openStore(plan: StorePlan, clock: Clock): Promise<TimeSeriesStore> {
  switch (plan.config.kind) {
    case 'embedded':
      return EmbeddedStore.open(plan.file, plan.readOnly)
    case 'influxdb':
      return new InfluxStore({ plan, clock })
  }
}
