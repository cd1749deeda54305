import { systemClock } from '../../../contracts/clock.ts'
import type { Delivery } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'
import { serveThread } from '../../../contracts/thread.ts'
import { ChannelDesk, type FacilityChannels } from './channel-desk.ts'
import type { Outlet } from './outlet.ts'
import { Webhook } from './webhook.ts'

/** Given to each thread as it starts: the channels of all facilities. */
export interface SendThreadData {
  readonly facilities: readonly FacilityChannels[]
}

/** The thread that sends. The mail library is loaded when there is a channel of kind email, and here alone. */
function serve(data: unknown) {
  const now = () => systemClock.wall()
  const desk = new ChannelDesk(async (channel: Channel): Promise<Outlet> => {
    if (channel.kind === 'webhook') return new Webhook(channel, now)
    const { Email } = await import('./email.ts')
    return new Email(channel, now)
  })
  for (const channels of (data as SendThreadData).facilities) desk.configure(channels)
  return {
    configure: (channels: FacilityChannels) => desk.configure(channels),
    send: (delivery: Delivery) => desk.send(delivery),
    probe: ({ facility, channel }: { facility: string; channel: string }) => desk.probe(facility, channel),
    stop: () => desk.stop(),
  }
}

export type SendCalls = ReturnType<typeof serve>

serveThread<SendCalls>(serve)
