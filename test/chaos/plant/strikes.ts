import type { LinkFault } from '../links/link.ts'
import type { DisasterName, Place } from '../plan/disaster.ts'
import type { Strike } from '../plan/plan.ts'
import type { Plant } from './plant.ts'

/** Ends a disaster. */
type Relief = () => void | Promise<void>
type Act = (plant: Plant, strike: Pick<Strike, 'place' | 'amount'>) => Relief | Promise<Relief>

/** What each disaster does. */
export const ACTS: Readonly<Record<DisasterName, Act>> = {
  'kill-gateway': kill,
  'kill-server': kill,
  'kill-broker': kill,
  'kill-database': kill,
  async restart(plant, { place }) {
    const service = at(plant.services, place)
    await service.stop()
    return () => service.start()
  },
  pause(plant, { place }) {
    const service = at(plant.services, place)
    service.pause()
    return () => service.resume()
  },
  'cut-link': onLink(() => ({ kind: 'cut' })),
  'stall-link': onLink(() => ({ kind: 'stall' })),
  'throttle-link': onLink((amount) => ({ kind: 'throttle', bytesPerS: 2_000 + 32_000 * amount })),
  'delay-link': onLink((amount) => ({ kind: 'delay', ms: 50 + 750 * amount })),
  'fill-disk'(plant, { place }) {
    const disk = at(plant.disks, place)
    disk.fill()
    return () => disk.empty()
  },
  'clock-forward': (plant, strike) => step(plant, strike, 1),
  'clock-back': (plant, strike) => step(plant, strike, -1),
}

async function kill(plant: Plant, { place }: Pick<Strike, 'place'>): Promise<Relief> {
  const service = at(plant.services, place)
  await service.kill()
  return () => service.start()
}

function onLink(fault: (amount: number) => LinkFault): Act {
  return (plant, { place, amount }) => {
    const link = at(plant.links, place)
    link.strike(fault(amount))
    return () => link.mend()
  }
}

/** Between 2 s and 2 min: under and over what makes a clock one that cannot be believed. */
function step(plant: Plant, { place, amount }: Pick<Strike, 'place' | 'amount'>, sign: 1 | -1): Relief {
  const clock = at(plant.clocks, place)
  const ms = sign * Math.round(2_000 * 60 ** amount)
  clock.step(ms)
  return () => clock.step(-ms)
}

function at<T>(things: ReadonlyMap<Place, T>, place: Place): T {
  const thing = things.get(place)
  if (thing === undefined) throw new Error(`there is no ${place}`)
  return thing
}
