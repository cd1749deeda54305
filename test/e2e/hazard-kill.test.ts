import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { HazardDetail, HazardView, RegisterEntry } from '../../contracts/register/hazard-api.ts'
import { takePorts } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { Child } from './child.ts'
import { verifyJournal } from './journal-verification.ts'

/** Rounds of entering hazards until the server is killed. */
const KILLS = 2

test('kill -9 while hazards are entered: what was answered is there, whole, and in the journal once', async () => {
  const folder = temporaryFolder()
  const [http, mqtt] = await takePorts(2)
  const config = join(folder, 'plant.yaml')
  const url = `http://127.0.0.1:${http}`
  writeFileSync(
    config,
    `facility: { id: plant }
mqtt: { listen: "127.0.0.1:${mqtt}" }
server: { listen: "127.0.0.1:${http}", data: data, auth: off }
gateways: [ { id: g, buses: [ { id: b, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: d, sensors: [
  { id: T-1, kind: gas, unit: ppm, register: { address: 1 } } ] } ] } ] } ]
`,
  )
  const post = async <T>(path: string, body: object): Promise<T | undefined> => {
    try {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return response.ok ? ((await response.json()) as T) : undefined
    } catch {
      return undefined
    }
  }
  const get = async <T>(path: string) => (await (await fetch(`${url}${path}`)).json()) as T
  const start = async () => {
    const server = new Child('ingest/main.ts', ['--config', config], folder)
    await vi.waitFor(async () => expect((await fetch(`${url}/healthz`)).ok).toBe(true), {
      timeout: 90_000,
      interval: 50,
    })
    return server
  }

  /** Status as it was answered last. Key: number. */
  const answered = new Map<number, string>()
  let server = await start()
  for (let kill = 0; kill < KILLS; kill += 1) {
    let isAlive = true
    const person = async (name: string) => {
      while (isAlive) {
        const made = await post<HazardView>('/api/v1/hazards', {
          facility: 'plant',
          title: `Found by ${name}`,
          description: '',
          by: name,
        })
        if (made === undefined) return
        answered.set(made.number, made.status)
        const next = await post<HazardView>(`/api/v1/hazards/${made.number}/transitions`, {
          action: 'register',
          version: made.version,
          by: name,
        })
        if (next === undefined) return
        answered.set(next.number, next.status)
      }
    }
    const people = ['li', 'wang', 'zhao'].map(person)
    const before = answered.size
    await vi.waitFor(() => expect(answered.size).toBeGreaterThan(before + 10), 20_000)
    await server.kill('SIGKILL')
    isAlive = false
    await Promise.all(people)
    server = await start()
  }

  const found: HazardView[] = []
  for (let before = ''; ; ) {
    const page = await get<{ items: HazardView[]; next?: string }>(`/api/v1/hazards?limit=500${before}`)
    found.push(...page.items)
    if (page.next === undefined) break
    before = `&before=${page.next}`
  }
  const statuses = new Map(found.map(({ number, status }) => [number, status]))
  for (const [number, status] of answered)
    if (status === 'registered') expect(statuses.get(number), `hazard ${number}`).toBe('registered')
    else expect(statuses.has(number), `hazard ${number}`).toBe(true)

  // Also what nobody was answered: history, row and journal say the same.
  await vi.waitFor(async () => {
    for (const { number } of found.slice(0, 40)) {
      const { history, status } = await get<HazardDetail>(`/api/v1/hazards/${number}`)
      expect(history.map(({ event }) => event)).toEqual(
        status === 'found' ? ['found'] : ['found', 'register'],
      )
      expect(history.every(({ journalled }) => journalled)).toBe(true)
    }
  })
  const entries = new Set<string>()
  let count = 0
  for (let before = ''; ; ) {
    const page = await get<{ items: RegisterEntry[]; next?: string }>(
      `/api/v1/register/journal?limit=500${before}`,
    )
    for (const { register } of page.items) entries.add(`${register.number} ${register.event}`)
    count += page.items.length
    if (page.next === undefined) break
    before = `&before=${page.next}`
  }
  expect(count).toBe(entries.size)
  const registered = found.filter(({ status }) => status === 'registered').length
  expect(count).toBe(found.length + registered)

  const { code, out, err } = await verifyJournal('--database', join(folder, 'data/state.db'))
  expect(code, out + err).toBe(0)
  expect(await server.kill('SIGTERM')).toBe(0)
})
