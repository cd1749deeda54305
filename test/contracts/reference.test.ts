import { spawnSync } from 'node:child_process'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { AlarmViewSchema } from '../../contracts/api.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { JsonSchema } from '../../contracts/json-schema.ts'
import { editorSchema } from '../../contracts/reference/editor-schema.ts'
import { generatedFiles } from '../../contracts/reference/files.ts'
import { GATEWAY_CHANNELS, Topics } from '../../contracts/topics.ts'
import {
  type Batch,
  type ClockState,
  type Confirm,
  GAP_REASONS,
  type GatewayHealth,
  type GatewayState,
  type JournalHead,
  type OutboxHealth,
  type ServerState,
} from '../../contracts/wire.ts'
import { parseConfirm } from '../../gateway/delivery/confirm-payload.ts'
import { decodeBatch, decodeReading } from '../../ingest/intake/batch-decode.ts'
import { plantWith } from './plant-text.ts'
import { filesLike, ROOT } from './source-files.ts'

const files = filesLike('contracts/*.json', 'docs/reference/*.md', 'facility.example.yaml')
const textOf = (path: string) => files.get(path) ?? ''

/** The code blocks of a page, in order. */
function blocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , text]) => text ?? '')
}

/** Every key that a schema gives a meaning to, at any depth. */
function keysOf(schema: JsonSchema): Set<string> {
  const inner = [...Object.values(schema.properties ?? {}), ...Object.values(schema.patternProperties ?? {})]
  const below = [...inner, ...(schema.items === undefined ? [] : [schema.items])].flatMap((node) => [
    ...keysOf(node),
  ])
  return new Set([...Object.keys(schema.properties ?? {}), ...below])
}

describe('generated files', () => {
  it.each(Object.entries(generatedFiles()))('%s is as `npm run docs` writes it', (path, text) => {
    expect(textOf(path)).toBe(text)
  })

  it.each([
    [['docs', '--check'], 0],
    [['docs', '--help'], 0],
    [['dosc'], 2],
    [['docs', '--chekc'], 2],
  ])('are written by a command: %j ends with %d', (argv, status) => {
    expect(spawnSync(process.execPath, ['contracts/main.ts', ...argv], { cwd: ROOT }).status).toBe(status)
  })

  it('explain every key of the facility file', () => {
    const page = textOf('docs/reference/config.md')
    const keys = keysOf(editorSchema())
    expect(keys.size).toBeGreaterThan(60)
    for (const key of keys) expect(page, key).toContain(`| \`${key}\` |`)
  })

  it('hold an example that loads', () => {
    const [example = ''] = blocks(textOf('docs/reference/config.md'), 'yaml')
    expect([...parseFacility(example, 'config.md').sensors.keys()]).toEqual(['GT-101'])
  })
})

describe('JSON Schema for editors', () => {
  const schema = editorSchema()
  const isTaken = (text: string) => Value.Check(schema, parse(text))

  it('takes the example and the design', () => {
    expect(isTaken(textOf('facility.example.yaml'))).toBe(true)
    expect(isTaken([...filesLike('test/vectors/design-facility.yaml').values()][0] ?? '')).toBe(true)
  })

  it('does not ask for what has a default or may come from a template', () => {
    expect(isTaken(plantWith({}))).toBe(true)
    expect(isTaken(plantWith({ ', register: { address: 2 } }': ', alarms: { H: { limit: 5 } } }' }))).toBe(
      true,
    )
  })

  it.each([
    ['a misspelt key', { 'id: gw-1': 'id: gw-1\n    haertbeat: 2s' }],
    ['a misspelt key of a template', { 'range: [0, 100]': 'rang: [0, 100]' }],
    ['a misspelt key of a register', { '{ address: 1 }': '{ adress: 1 }' }],
    ['a misspelt key of an alarm of a template', { 'limit: 20': 'limt: 20' }],
    ['an unknown unit', { 'unit: ppm': 'unit: ppn' }],
    ['a sensor without id', { 'id: GT-2, ': '' }],
    ['a number for a duration', { 'id: gw-1': 'id: gw-1\n    heartbeat: 2' }],
    ['an alarm key with a dot', { '{ H: {': '{ H.1: {' }],
    ['no gateways', { 'gateways:\n': 'gatways:\n' }],
  ])('refuses %s', (_name, edits) => {
    expect(isTaken(plantWith(edits))).toBe(false)
  })
})

describe('docs/reference/wire.md', () => {
  const page = textOf('docs/reference/wire.md')

  /** Payloads under the heading of a channel. */
  function examples(heading: string): Record<string, unknown>[] {
    const section = page.split(/^### /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
    const found = blocks(section, 'json').map((text) => JSON.parse(text) as Record<string, unknown>)
    expect(found.length, heading).toBeGreaterThan(0)
    return found
  }

  it('lists every topic', () => {
    const topics = new Topics('{prefix}', '{facility}')
    const all = GATEWAY_CHANNELS.map((channel) => topics.gateway('{gateway}', channel))
    for (const topic of [...all, topics.alarm('{alarm}'), topics.server(), topics.journal()])
      expect(page).toContain(`| \`${topic}\` |`)
  })

  it('shows a batch that the server takes, with all its fields', () => {
    const [example = {}] = examples('readings, backlog')
    const keys: Record<keyof Batch, true> = {
      epoch: true,
      seq: true,
      sent: true,
      total: true,
      snapshot: true,
      polled: true,
      readings: true,
      gaps: true,
      clock: true,
    }
    expect(Object.keys(example)).toEqual(Object.keys(keys))
    const { batch } = decodeBatch(Buffer.from(JSON.stringify(example)))
    expect(batch).toMatchObject({
      epoch: example.epoch,
      seq: example.seq,
      polled: example.polled,
      gaps: example.gaps,
      clock: example.clock,
    })
    for (const item of batch?.readings ?? [])
      expect(decodeReading(item, batch?.sent ?? 0)).not.toHaveProperty('code')
  })

  it('explains every reason of a gap', () => {
    for (const reason of GAP_REASONS) expect(page).toContain(`  | \`${reason}\` |`)
  })

  it('shows a confirm that the gateway takes', () => {
    const [example = {}] = examples('confirm')
    const keys: Record<keyof Confirm, true> = {
      epoch: true,
      seqs: true,
      refused: true,
      credit: true,
      snapshot: true,
      waveforms: true,
      time: true,
    }
    expect(Object.keys(example)).toEqual(Object.keys(keys))
    expect(parseConfirm(Buffer.from(JSON.stringify(example)))).toEqual(example)
  })

  it('shows both states, health and server with their fields', () => {
    const [online = {}, offline = {}] = examples('state')
    const born: Record<keyof (GatewayState & { state: 'online' }), true> = {
      state: true,
      epoch: true,
      session: true,
      since: true,
      version: true,
      config: true,
    }
    const gone: Record<keyof (GatewayState & { state: 'offline' }), true> = {
      state: true,
      epoch: true,
      session: true,
    }
    expect(Object.keys(online)).toEqual(Object.keys(born))
    expect(Object.keys(offline)).toEqual(Object.keys(gone))

    const [health = {}] = examples('health')
    const healthKeys: Record<keyof GatewayHealth, true> = {
      epoch: true,
      session: true,
      time: true,
      buses: true,
      devices: true,
      outbox: true,
      clock: true,
      waveforms: true,
    }
    expect(Object.keys(health)).toEqual(Object.keys(healthKeys))
    const outboxKeys: Record<keyof OutboxHealth, true> = {
      batches: true,
      readings: true,
      oldest: true,
      first: true,
      evictedReadings: true,
      bytes: true,
      trouble: true,
      commits: true,
      gaps: true,
      setAside: true,
      refusedReadings: true,
    }
    const { outbox = {}, clock = {} } = health as { outbox?: object; clock?: object }
    expect(Object.keys(outbox)).toEqual(Object.keys(outboxKeys))
    const clockKeys: Record<keyof ClockState, true> = { drift: true, steps: true, skew: true, ntp: true }
    expect(Object.keys(clock)).toEqual(Object.keys(clockKeys))

    const [server = {}] = examples('server')
    const serverKeys: Record<keyof ServerState, true> = {
      state: true,
      session: true,
      version: true,
      time: true,
    }
    expect(Object.keys(server)).toEqual(Object.keys(serverKeys))
  })

  it('shows how far a journal goes, with all its fields', () => {
    const [example = {}] = examples('journal')
    const keys: Record<keyof JournalHead, true> = { head: true, n: true, time: true, signature: true }
    expect(Object.keys(example)).toEqual(Object.keys(keys))
    expect(example.head).toMatch(new RegExp(`^${example.n}:[0-9a-f]{64}$`))
    expect(Buffer.from(String(example.signature), 'base64')).toHaveLength(64)
  })

  it('shows an alarm as the API has it', () => {
    const [example = {}] = examples('alarms')
    const { ballot: _ofVotes, ...always } = AlarmViewSchema.properties
    expect(Object.keys(example)).toEqual(Object.keys(always))
    expect([...Value.Errors(AlarmViewSchema, example)]).toEqual([])
  })
})
