import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { type ScanResult, scanUnits } from '../../gateway/commissioning/bus-scan.ts'
import { DirectLine } from '../../gateway/commissioning/direct-line.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import type { ReadOutcome, RegisterRequest } from '../../gateway/drivers/driver.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { exception, ModbusPeer, type PeerRequest } from './modbus-peer.ts'
import { bus } from './plant.ts'
import { SettableClock } from './settable-clock.ts'

const data: ReadOutcome = { ok: true, data: { kind: 'words', words: [0] } }
const timeout: ReadOutcome = { ok: false, failed: { kind: 'timeout' } }
const refusal = (code: number): ReadOutcome => ({ ok: false, failed: { kind: 'exception', code } })

describe('scanning units', () => {
  /** What each unit makes of function 3 and of function 4; units that are not named are silent. */
  async function scan(
    units: Record<number, [holding: ReadOutcome, input: ReadOutcome]>,
    span: [number, number] = [1, 10],
    { stopAfter = Number.POSITIVE_INFINITY, canReopen = false } = {},
  ): Promise<ScanResult & { requests: RegisterRequest[]; progress: string[] }> {
    const requests: RegisterRequest[] = []
    const progress: string[] = []
    const stopping = new AbortController()
    const clock = new SettableClock()
    const result = await scanUnits({
      read: async (request) => {
        if (request.kind !== 'registers') return timeout
        requests.push(request)
        clock.advance(7)
        if (requests.length >= stopAfter) stopping.abort()
        const [holding, input] = units[request.unitId] ?? [timeout, timeout]
        return request.table === 'holding' ? holding : input
      },
      reopen: async () => canReopen,
      clock,
      units: span,
      onProgress: ({ asked, of, found }) => progress.push(`${asked}/${of} ${found.join(' ')}`),
      signal: stopping.signal,
    })
    return { ...result, requests, progress }
  }

  it('finds who answers with data, and how', async () => {
    const { units, asked, ending } = await scan({ 3: [data, data], 5: [timeout, data] })
    expect(units).toEqual([
      { unit: 3, answers: [{ table: 'holding', how: 'data', roundTripMs: 7 }] },
      { unit: 5, answers: [{ table: 'input', how: 'data', roundTripMs: 7 }] },
    ])
    expect({ asked, ending }).toEqual({ asked: 10, ending: 'whole' })
  })

  it.each([1, 2, 3, 4, 5, 6])('takes exception %d for an answer', async (code) => {
    const { units } = await scan({ 2: [refusal(code), timeout] })
    expect(units).toEqual([
      { unit: 2, answers: [{ table: 'holding', how: `exception-${code}`, roundTripMs: 7 }] },
    ])
  })

  it.each([10, 11])('takes exception %d of a gateway for silence', async (code) => {
    expect((await scan({ 2: [refusal(code), refusal(code)] })).units).toEqual([])
  })

  it('asks for one register of address 0, at most twice for a unit', async () => {
    const { requests } = await scan({ 1: [data, data], 2: [refusal(1), data] }, [1, 3])
    expect(
      requests.map(({ unitId, table, address, count }) => `${unitId} ${table} ${address} ${count}`),
    ).toEqual(['1 holding 0 1', '2 holding 0 1', '2 input 0 1', '3 holding 0 1', '3 input 0 1'])
  })

  it('tells how far it is', async () => {
    const { progress } = await scan({ 2: [data, data] }, [1, 3])
    expect(progress).toEqual(['1/3 ', '2/3 2', '3/3 2'])
  })

  it('ends where it is stopped, with what it has', async () => {
    const { units, asked, ending } = await scan({ 1: [data, data] }, [1, 247], { stopAfter: 4 })
    expect(units.map(({ unit }) => unit)).toEqual([1])
    expect({ asked, ending }).toEqual({ asked: 2, ending: 'stopped' })
  })

  it('ends when the line is lost for good', async () => {
    const lost: ReadOutcome = { ok: false, failed: { kind: 'not-connected' } }
    expect(await scan({ 1: [data, data], 2: [lost, lost] })).toMatchObject({
      asked: 1,
      ending: 'disconnected',
      units: [{ unit: 1 }],
    })
    const reopened = await scan({ 1: [data, data], 2: [lost, lost], 3: [data, data] }, [1, 3], {
      canReopen: true,
    })
    expect(reopened).toMatchObject({ asked: 3, ending: 'whole', units: [{ unit: 1 }, { unit: 3 }] })
    expect(reopened.requests.filter(({ unitId }) => unitId === 2)).toHaveLength(1)
  })
})

describe('scanning a peer', () => {
  let peer: ModbusPeer

  beforeEach(async () => {
    peer = new ModbusPeer()
    await peer.listen()
  })

  afterEach(() => peer.close())

  /** Those that answer do so at once: a busy machine makes no silence of it. */
  async function scan(units: [number, number], timeoutMs = 200) {
    const discards = new DiscardTally()
    const driver = createDriver(
      bus({ transport: { kind: 'tcp', host: '127.0.0.1', port: peer.port }, timeoutMs }),
      {
        counter: discards,
        clock: systemClock,
        dialIn: new DialInListeners({ logger: silentLogger }),
      },
    )
    const { signal } = new AbortController()
    const line = new DirectLine(driver, signal)
    await line.open()
    const result = await scanUnits({
      read: (request) => line.read(request),
      reopen: () => line.reopen(),
      clock: systemClock,
      units,
      onProgress: () => undefined,
      signal,
    })
    line.close()
    return { ...result, found: result.units.map(({ unit }) => unit), discards: discards.snapshot() }
  }

  it('finds the units behind a gateway', async () => {
    peer.behave = (request) => {
      if (request.unit === 4) return exception(request, 2)
      return [2, 9].includes(request.unit) ? peer.answer(request) : undefined
    }
    const { found, ending } = await scan([1, 10])
    expect(found).toEqual([2, 4, 9])
    expect(ending).toBe('whole')
    expect(peer.connections).toBe(1)
  })

  it('goes on with a new connection where a device hangs up on units that it is not', async () => {
    peer.behave = (request: PeerRequest, socket) => {
      if (request.unit === 3) return peer.answer(request)
      socket.destroy()
      return undefined
    }
    const { found, ending } = await scan([1, 5])
    expect({ found, ending }).toEqual({ found: [3], ending: 'whole' })
    await peer.close()
    expect((await scan([1, 4])).ending).toBe('disconnected')
  })

  it('sees that answers came too late', async () => {
    // Each is answered when the next one has come: later than any time-out.
    let unanswered: PeerRequest | undefined
    peer.behave = (request) => {
      const late = unanswered
      unanswered = request
      return late === undefined ? undefined : peer.answer(late)
    }
    const { found, discards } = await scan([1, 3], 30)
    expect(found).toEqual([])
    expect(discards.late).toBeGreaterThan(0)
  })
})
