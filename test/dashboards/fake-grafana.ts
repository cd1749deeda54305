import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Type from 'typebox'
import Value from 'typebox/value'

/** What Grafana is sent. */
const AnnotationSchema = Type.Object({
  time: Type.Number(),
  timeEnd: Type.Optional(Type.Number()),
  tags: Type.Array(Type.String()),
  text: Type.String(),
})
export type FakeAnnotation = Type.Static<typeof AnnotationSchema> & { id: number }

const SilenceSchema = Type.Object({
  id: Type.Optional(Type.String()),
  matchers: Type.Array(
    Type.Object({
      name: Type.String(),
      value: Type.String(),
      isRegex: Type.Boolean(),
      isEqual: Type.Boolean(),
    }),
  ),
  startsAt: Type.String(),
  endsAt: Type.String(),
  createdBy: Type.String(),
  comment: Type.String(),
})
export type FakeSilence = Type.Static<typeof SilenceSchema> & {
  id: string
  status: { state: 'active' | 'expired' }
}

const TOKEN = 'glsa_of_the_service_account'

/** Grafana's HTTP API as it is documented, as far as annotations and silences go; and ways to fail. */
export class FakeGrafana implements AsyncDisposable {
  static readonly token = TOKEN
  readonly annotations: FakeAnnotation[] = []
  readonly silences: FakeSilence[] = []
  /** `METHOD path` of every request that was let in. */
  readonly requests: string[] = []
  /** Answers the next requests instead: a status, `hang up` before or after the work is done, or no answer at all. */
  readonly troubles: (number | 'hang up' | 'done, hang up' | 'done, no answer')[] = []
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  url = ''

  static async started(): Promise<FakeGrafana> {
    const grafana = new FakeGrafana()
    await new Promise<void>((resolve) => grafana.#server.listen(0, '127.0.0.1', resolve))
    grafana.url = `http://127.0.0.1:${(grafana.#server.address() as AddressInfo).port}`
    return grafana
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const send = (status: number, content: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    }
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return send(401, { message: 'Invalid API key' })
    const url = new URL(request.url ?? '/', this.url)
    this.requests.push(`${request.method} ${url.pathname}`)
    const trouble = this.troubles.shift()
    if (typeof trouble === 'number') return send(trouble, { message: 'as the test wants it' })
    if (trouble === 'hang up') return void request.socket.destroy()
    const [status, content] = this.#done(`${request.method}`, url, text === '' ? {} : JSON.parse(text))
    if (trouble === 'done, hang up') return void request.socket.destroy()
    if (trouble === 'done, no answer') return
    send(status, content)
  }

  #done(method: string, url: URL, body: Record<string, unknown>): [number, unknown] {
    const [, annotation] = /^\/api\/annotations\/(\d+)$/.exec(url.pathname) ?? []
    const [, silence] = /^\/api\/alertmanager\/grafana\/api\/v2\/silence\/([\w-]+)$/.exec(url.pathname) ?? []
    if (url.pathname === '/api/annotations')
      return method === 'POST' ? this.#annotate(body) : [200, this.#found(url.searchParams)]
    if (annotation !== undefined && method === 'PATCH') return this.#patch(Number(annotation), body)
    if (url.pathname === '/api/alertmanager/grafana/api/v2/silences')
      return method === 'POST' ? this.#silence(body) : [200, this.silences]
    if (silence !== undefined && method === 'DELETE') return this.#expire(silence)
    return [404, { message: 'Not found' }]
  }

  #annotate(body: Record<string, unknown>): [number, unknown] {
    if (typeof body.text !== 'string' || body.text === '')
      return [400, { message: 'text field should not be empty' }]
    const id = this.annotations.length + 1
    if (!Value.Check(AnnotationSchema, body)) return [400, { message: 'bad request data' }]
    this.annotations.push({ ...body, id })
    return [200, { message: 'Annotation added', id }]
  }

  #found(query: URLSearchParams): FakeAnnotation[] {
    const [from, to] = [Number(query.get('from')), Number(query.get('to'))]
    return this.annotations.filter(
      ({ time, timeEnd = time, tags }) =>
        time <= to && timeEnd >= from && query.getAll('tags').every((tag) => tags.includes(tag)),
    )
  }

  #patch(id: number, body: Record<string, unknown>): [number, unknown] {
    const found = this.annotations.find((one) => one.id === id)
    if (found === undefined) return [404, { message: 'Annotation not found' }]
    Object.assign(found, body)
    return [200, { message: 'Annotation patched' }]
  }

  #silence(silence: unknown): [number, unknown] {
    if (!Value.Check(SilenceSchema, silence)) return [400, { message: 'bad request data' }]
    if (!(silence.endsAt > silence.startsAt))
      return [400, { message: 'invalid silence: start time must be before end time' }]
    // A changed silence expires, and another takes its place.
    const old = this.silences.find(({ id }) => id === silence.id)
    if (old !== undefined) old.status.state = 'expired'
    else if (silence.id !== undefined) return [404, { message: 'silence not found' }]
    const id = `silence-${this.silences.length + 1}`
    this.silences.push({ ...silence, id, status: { state: 'active' } })
    return [202, { silenceID: id }]
  }

  #expire(id: string): [number, unknown] {
    const found = this.silences.find((one) => one.id === id)
    if (found === undefined) return [404, { message: 'silence not found' }]
    found.status.state = 'expired'
    return [200, { message: 'silence deleted' }]
  }
}
