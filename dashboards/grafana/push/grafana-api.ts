import { CodedError } from '../../../contracts/errors.ts'
import { list, record } from '../untrusted.ts'
import { type FailureCodes, type Peer, sendJson } from './http-json.ts'

const CODES: FailureCodes = {
  unreachable: 'GRAFANA_UNREACHABLE',
  unauthorized: 'GRAFANA_UNAUTHORIZED',
  forbidden: 'GRAFANA_FORBIDDEN',
  notFound: 'GRAFANA_NOT_FOUND',
  refused: 'GRAFANA_REFUSED',
  failed: 'GRAFANA_FAILED',
}
/** Marks of ours at one millisecond are few. */
const MOST_MARKS = 100

/** A mark on every graph whose dashboard asks for its tags. Times are epoch ms. */
export interface Annotation {
  readonly time: number
  readonly timeEnd?: number
  readonly tags: readonly string[]
  readonly text: string
}

export interface FoundAnnotation {
  readonly id: number
  readonly time: number
  readonly tags: readonly string[]
}

export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

/** Alerts that match are told to nobody. Times are ISO 8601. */
export interface Silence {
  /** Of one that is to be changed. */
  readonly id?: string
  readonly matchers: readonly Matcher[]
  readonly startsAt: string
  readonly endsAt: string
  readonly createdBy: string
  readonly comment: string
}

export type FoundSilence = Silence & { readonly id: string; readonly state: string }

const SILENCES = '/api/alertmanager/grafana/api/v2/silence'

/** What we ask of Grafana, as its HTTP API is documented: alike in 9.4 and in what came since. */
export class GrafanaApi {
  readonly #peer: Peer

  constructor(options: { url: string; token: string; signal: AbortSignal }) {
    this.#peer = { ...options, codes: CODES }
  }

  /** Answers the number of the annotation. @throws CodedError GRAFANA_* */
  async annotate(annotation: Annotation): Promise<number> {
    const answer = await sendJson(this.#peer, { method: 'POST', path: '/api/annotations', body: annotation })
    const { id } = record(answer)
    if (typeof id !== 'number') throw new CodedError('GRAFANA_NOT_FOUND', 'POST /api/annotations: no id')
    return id
  }

  /** @throws CodedError GRAFANA_*; GRAFANA_NOT_FOUND when somebody has deleted it */
  async endAnnotation(id: number, timeEnd: number): Promise<void> {
    await sendJson(this.#peer, { method: 'PATCH', path: `/api/annotations/${id}`, body: { timeEnd } })
  }

  /** Those that have all these tags and begin at this time, epoch ms. @throws CodedError GRAFANA_* */
  async findAnnotations(time: number, tags: readonly string[]): Promise<FoundAnnotation[]> {
    const query = new URLSearchParams({
      from: String(time - 1),
      to: String(time + 1),
      limit: String(MOST_MARKS),
    })
    for (const tag of tags) query.append('tags', tag)
    const found = await sendJson(this.#peer, { method: 'GET', path: `/api/annotations?${query}` })
    return list(found).flatMap((one) =>
      typeof one.id === 'number' && one.time === time
        ? [{ id: one.id, time, tags: Array.isArray(one.tags) ? one.tags.map(String) : [] }]
        : [],
    )
  }

  /** All that have not run out, or are yet to begin. @throws CodedError GRAFANA_* */
  async silences(): Promise<FoundSilence[]> {
    const found = await sendJson(this.#peer, { method: 'GET', path: `${SILENCES}s` })
    return list(found)
      .map(foundSilence)
      .filter(({ state }) => state !== 'expired')
  }

  /** Makes a silence, or changes the one whose id it has. @throws CodedError GRAFANA_* */
  async silence(silence: Silence): Promise<void> {
    await sendJson(this.#peer, { method: 'POST', path: `${SILENCES}s`, body: silence })
  }

  /** @throws CodedError GRAFANA_* */
  async endSilence(id: string): Promise<void> {
    await sendJson(this.#peer, { method: 'DELETE', path: `${SILENCES}/${encodeURIComponent(id)}` })
  }
}

function foundSilence(found: Record<string, unknown>): FoundSilence {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    id: text(found.id),
    matchers: list(found.matchers).map(({ name, value, isRegex, isEqual }) => ({
      name: text(name),
      value: text(value),
      isRegex: isRegex === true,
      isEqual: isEqual !== false,
    })),
    startsAt: text(found.startsAt),
    endsAt: text(found.endsAt),
    createdBy: text(found.createdBy),
    comment: text(found.comment),
    state: text(record(found.status).state),
  }
}
