import type { FacilityChannels } from '../../../../alerting/notify/channels/channel-desk.ts'
import type { SendCalls, SendThreadData } from '../../../../alerting/notify/channels/send-worker.ts'
import { serveThread } from '../../../../contracts/thread.ts'

/** A thread that says which channels it has, and dies when it is to send `die`. */
serveThread<SendCalls>((data) => {
  const known = new Map((data as SendThreadData).facilities.map((each) => [each.facility, each.channels]))
  return {
    configure: ({ facility, channels }: FacilityChannels) => void known.set(facility, channels),
    send: async ({ id }) => {
      if (id === 'die') process.exit(3)
      return {
        text: [...known]
          .map(([facility, channels]) => `${facility}: ${channels.map((each) => each.id)}`)
          .join('; '),
      }
    },
    probe: async () => undefined,
    stop: async () => undefined,
  }
})
