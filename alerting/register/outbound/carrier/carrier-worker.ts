import { systemClock } from '../../../../contracts/clock.ts'
import { serveThread } from '../../../../contracts/thread.ts'
import type { LeftReceipts, Parcel } from './carrier.ts'
import { CarrierDesk } from './carrier-desk.ts'

/** The thread that carries to outside registers; apart from that of the channels, which tells people of alarms. */
function serve() {
  const desk = new CarrierDesk(() => systemClock.wall())
  return {
    carry: (parcel: Parcel) => desk.carry(parcel),
    receipts: (folder: string) => desk.receipts(folder),
    taken: ({ folder, files }: { folder: string; files: readonly LeftReceipts[] }) =>
      desk.taken(folder, files),
    stop: () => desk.close(),
  }
}

export type CarrierCalls = ReturnType<typeof serve>

serveThread<CarrierCalls>(serve)
