import type { Annunciator } from '../../contracts/annunciator.ts'
import { CodedError } from '../../contracts/errors.ts'

const PATIENCE_MS = 5_000

/**
 * What the running annunciator on this machine says of itself, in words.
 * @throws CodedError CONFIG_INVALID without a port, ANNUNCIATOR_UNREACHABLE, or ANNUNCIATOR_FAILING
 */
export async function askAnnunciator({ id, metrics }: Annunciator): Promise<string> {
  if (metrics === undefined)
    throw new CodedError(
      'CONFIG_INVALID',
      `annunciator ${id} has no port to be asked on: give it \`metrics\``,
    )
  const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const host = everywhere[metrics.host] ?? metrics.host
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${metrics.port}/healthz`
  const answer = await ask(url)
  if (answer.annunciator !== id)
    throw new CodedError('ANNUNCIATOR_UNREACHABLE', `${url} is not annunciator ${id}`)
  if (answer.failing !== false) throw new CodedError('ANNUNCIATOR_FAILING', `${answer.troubles?.join('; ')}`)
  const state = answer.safe === null ? 'alarms are shown' : `every output is safe (${answer.safe})`
  return `annunciator ${id} drives its outputs: ${state}`
}

interface Answer {
  annunciator?: unknown
  failing?: unknown
  safe?: unknown
  troubles?: string[]
}

/** @throws CodedError ANNUNCIATOR_UNREACHABLE */
async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return (await response.json()) as Answer
  } catch (error) {
    const cause = (error as Error).cause ?? error
    throw new CodedError('ANNUNCIATOR_UNREACHABLE', `${url}: ${(cause as Error).message}`, { cause: error })
  }
}
