import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'
import { parseAddress } from '../../contracts/address.ts'
import type { Facility } from '../../contracts/facility.ts'

/** What the server says of itself when no message has come. */
export type ServerWord =
  | { readonly says: 'ready' }
  | { readonly says: 'waiting'; readonly for: readonly string[] }
  | { readonly says: 'silent'; readonly url: string; readonly detail: string }

const PATIENCE_MS = 3_000
const MOST_ANSWER = 10_000
/** Who listens everywhere listens on loopback too. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Where the server is asked: as people open it, else where it listens. */
export function serverUrl({ server, notify }: Pick<Facility, 'server' | 'notify'>): string {
  if (notify.url !== undefined) return `${notify.url}/readyz`
  const { host: listens, port } = parseAddress(server.listen)
  const host = EVERYWHERE[listens] ?? listens
  return `${server.tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}/readyz`
}

/** Asks whether the server runs and hears its broker. Never throws. */
export async function askServer(url: string): Promise<ServerWord> {
  try {
    const response = await answerTo(url)
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      length += chunk.length
      if (length > MOST_ANSWER) break
    }
    return wordOf(url, response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    const { code, message, name } = error as Error & { code?: string }
    const isLate = name === 'TimeoutError' || name === 'AbortError'
    return {
      says: 'silent',
      url,
      detail: isLate ? `no answer within ${PATIENCE_MS / 1_000} s` : (code ?? message),
    }
  }
}

function wordOf(url: string, status: number, body: string): ServerWord {
  try {
    const { status: word, waitingFor } = JSON.parse(body) as { status?: unknown; waitingFor?: unknown }
    // What it waits for it tells on its own machine alone.
    const list = Array.isArray(waitingFor) ? waitingFor : []
    if (word === 'waiting')
      return { says: 'waiting', for: list.slice(0, 10).map((each) => String(each).slice(0, 100)) }
    if (status === 200 && word === 'ok') return { says: 'ready' }
  } catch {
    // What answers there is no server of ours.
  }
  return { says: 'silent', url, detail: `HTTP ${status}, and not as a Davylamp server does` }
}

function answerTo(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, signal: AbortSignal.timeout(PATIENCE_MS) }
    // It is told nothing, and what it says is a hint for people: its certificate may have any authority.
    const request = url.startsWith('https:')
      ? getSecure(url, { ...options, rejectUnauthorized: false }, resolve)
      : getPlain(url, options, resolve)
    request.on('error', reject)
  })
}
