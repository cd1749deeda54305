import { describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { SeismicBus } from '../../gateway/seismic/seismic-bus.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'

/**
 * What is wrong with a simulated seismograph, as the gateway sees it over real sockets: simulators and gateway were
 * written from docs/seismic-protocols.md by themselves and share no codec.
 */

const PROTOCOLS = ['frames', 'registers', 'seedlink'] as const
type Protocol = (typeof PROTOCOLS)[number]

const facility: Facility = parseFacility(
  `
facility: { id: troubled }
gateways:
  - id: gw
    buses:
${PROTOCOLS.map(
  (protocol, index) => `
      - { id: ${protocol}, driver: seismic, protocol: ${protocol}, host: 127.0.0.1, port: ${5101 + index}, devices: [
          { id: ${protocol}-1, unitId: 1, seismic: { rate: 100, scale: 16, deadAfter: 2s, network: XX, station: SG${index}, channels: [HNN, HNE, HNZ] },
            sensors: [ { id: ${protocol}-1.pga, kind: seismic, unit: Gal, register: { field: pga } } ] } ] }`,
).join('')}
`,
  'troubled.yaml',
)

/** Simulated seconds in a second: a ring is read five times a second, and one read is marked as a whole. */
const SPEED = 3
/** Simulated time goes in such steps. It waits for a machine that is busy: none is caught up. */
const STEP_MS = 50
const BEGINS_S = 6
const ENDS_S = 11
const LAST_S = 22

interface Told {
  /** End of the second, s of simulated time. */
  readonly second: number
  readonly reason: string | undefined
  readonly pga: number | undefined
}

/** Everything that the gateway tells of one trouble. */
async function heard(trouble: string) {
  await using stack = new AsyncDisposableStack()
  const startedAt = Math.floor(systemClock.wall() / 1_000) * 1_000
  const entries = PROTOCOLS.map(
    (protocol) =>
      `{ at: ${BEGINS_S}s, duration: ${ENDS_S - BEGINS_S}s, seismograph-fault: { device: ${protocol}-1, kind: ${trouble} } }`,
  )
  const simulation = new Simulation({
    facility,
    scenario: parseScenario(`{ timeline: [ ${entries.join(', ')} ] }`, 'trouble.yaml', facility),
    clock: systemClock,
    logger: silentLogger,
    ports: 'ephemeral',
    speed: 0,
    startedAt,
  })
  stack.defer(() => simulation.stop())
  await simulation.start()
  // The gateway lives in simulated time, too.
  const clock: Clock = { wall: () => startedAt + simulation.timeMs, monotonic: () => simulation.timeMs }
  const told: Record<Protocol, Told[]> = { frames: [], registers: [], seedlink: [] }
  const buses = PROTOCOLS.map((protocol) => {
    const bus = facility.gateways[0]?.buses.find(({ id }) => id === protocol)
    const address = simulation.addresses().get(`gw/${protocol}`)
    if (bus === undefined || address === undefined) throw new Error(`no bus ${protocol}`)
    const discards = new DiscardTally()
    const dialIn = new DialInListeners({ logger: silentLogger })
    const reader = new SeismicBus({
      bus,
      drivers: { counter: discards, clock, dialIn, address },
      discards,
      sink: {
        onSecond: (_device, { time, values, reason }) =>
          told[protocol].push({ second: (time - startedAt) / 1_000, reason, pga: values.pga }),
        onLost: () => undefined,
        onEvent: () => undefined,
      },
      clock,
      now: () => clock.wall(),
      random: () => 0.5,
      logger: silentLogger,
    })
    reader.start()
    stack.defer(() => reader.stop())
    return reader
  })
  while (simulation.timeMs <= LAST_S * 1_000) {
    simulation.tick(STEP_MS)
    await new Promise((resolve) => setTimeout(resolve, STEP_MS / SPEED))
  }
  const [frames = {}] = buses.map((bus) => bus.health().discarded)
  return { told, discarded: { frames } }
}

/** Reasons of the seconds that end after one second and up to another. */
function reasons(told: readonly Told[], from: number, to: number): string[] {
  const found = told
    .filter(({ second }) => second > from && second <= to)
    .map(({ reason = 'good' }) => reason)
  return [...new Set(found)].sort()
}

type Reasons = Readonly<Record<Protocol, readonly string[]>>
const all = (...found: string[]): Reasons => ({ frames: found, registers: found, seedlink: found })

const STORIES: readonly {
  readonly name: string
  readonly fault: string
  /** Which reasons may stand while it lasts; `good` for none. An empty list: there is no second at all. */
  readonly during: Reasons
  /** Once it has passed. */
  readonly after?: string
}[] = [
  { name: 'an axis that stands still is frozen', fault: 'dead-channel, axis: ew', during: all('frozen') },
  {
    name: 'what is at full scale is above range, and doubtful for a minute',
    fault: 'clipping',
    // Where it stays at one end it does not move by a digit, either.
    during: all('above-range', 'frozen'),
    after: 'imprecise',
  },
  { name: 'a clock without reference is a doubtful clock', fault: 'free-clock', during: all('clock') },
  {
    name: 'an instrument that does not know the time is dated by arrival; over SeedLink that takes half a minute',
    fault: 'no-clock',
    during: { frames: ['clock'], registers: ['clock'], seedlink: [] },
  },
  { name: 'lost samples leave no seconds', fault: 'gap', during: all() },
  {
    name: 'damaged frames and records are thrown away; Modbus has a line of its own',
    fault: 'damaged',
    during: { frames: [], registers: ['good'], seedlink: [] },
  },
]

describe.concurrent('a seismograph over frames, registers and SeedLink', () => {
  it.each(STORIES)('$name', async ({ fault, during, after = 'good' }) => {
    const { told, discarded } = await heard(fault)
    for (const protocol of PROTOCOLS) {
      const list = told[protocol]
      expect(reasons(list, 1, BEGINS_S - 2), protocol).toEqual(['good'])
      const found = reasons(list, BEGINS_S + 2, ENDS_S - 1)
      expect(found.length > 0, protocol).toBe(during[protocol].length > 0)
      expect(during[protocol], protocol).toEqual(expect.arrayContaining(found))
      expect(reasons(list, ENDS_S + 2, LAST_S - 3), protocol).toEqual([after])
      // Nothing shakes: whatever is good is the noise of machines.
      for (const { reason, pga = 0 } of list) if (reason === undefined) expect(pga, protocol).toBeLessThan(5)
    }
    expect(discarded.frames.crc ?? 0).toBe(fault === 'damaged' ? 10 * (ENDS_S - BEGINS_S) : 0)
  })

  it('a clock that runs far ahead is doubtful, and dates nothing', async () => {
    const { told } = await heard('clock, offset: 20')
    for (const protocol of PROTOCOLS) {
      const found = reasons(told[protocol], BEGINS_S + 2, ENDS_S - 1)
      expect(
        found.filter((reason) => reason !== 'comm-lost'),
        protocol,
      ).toEqual(['clock'])
      expect(Math.max(...told[protocol].map(({ second }) => second)), protocol).toBeLessThan(LAST_S + 3)
    }
  })
})
