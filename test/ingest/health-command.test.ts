import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { keepCertificate, makeCertificate } from '../contracts/certificates.ts'
import { takePort } from '../ports.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ingest } from './server-terminal.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

const folder = temporaryFolder()
const own = makeCertificate({ name: 'server', names: ['console.plant.example'] })
keepCertificate(folder, 'own', own)

/** The facility file of a server that answers so; key: path. */
async function serverWith(
  answers: Record<string, object | 'never'>,
  { tls, shown = own, host = '127.0.0.1' }: { tls?: boolean; shown?: typeof own; host?: string } = {},
): Promise<string> {
  const handle: Parameters<typeof createServer>[1] = (request, response) => {
    const answer = answers[request.url ?? '']
    if (answer === 'never') return
    response.end(JSON.stringify(answer ?? {}))
  }
  const server =
    tls === true ? createSecure({ cert: shown.pem, key: shown.keyPem }, handle) : createServer(handle)
  open.push(server)
  const port = await takePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const file = join(folder, `${open.length}-${Math.random()}.yaml`)
  const section = tls === true ? ', tls: { cert: own.pem, key: own.key }' : ''
  writeFileSync(
    file,
    `facility: { id: plant }
server: { auth: off, listen: "${host}:${port}"${section} }
gateways: [ { id: gw-1, buses: [] } ]
`,
  )
  return file
}

const OK = { '/healthz': { status: 'ok' }, '/readyz': { status: 'ok' } }
const WAITING = { ...OK, '/readyz': { status: 'waiting', waitingFor: ['broker (plant)'] } }

describe('the health of the server', () => {
  test.each([false, true])('is good when it answers, with TLS: %s', async (tls) => {
    const { code, out } = await ingest('health', '--config', await serverWith(OK, { tls }))
    expect(out).toMatch(
      new RegExp(
        `^the server at http${tls ? 's' : ''}://127.0.0.1:\\d+ is healthy: it runs and hears the broker\\n$`,
      ),
    )
    expect(code).toBe(0)
  })

  test('is asked on loopback when it listens everywhere', async () => {
    const config = await serverWith(OK, { host: '0.0.0.0' })
    expect(await ingest('health', '--config', config)).toMatchObject({ code: 0 })
  })

  test('is good without a broker, unless it has to be ready', async () => {
    const config = await serverWith(WAITING)
    expect(await ingest('health', '--config', config)).toMatchObject({
      code: 0,
      out: expect.stringContaining('waits for broker (plant): a restart would not help'),
    })
    expect(await ingest('health', '--ready', '--config', config)).toMatchObject({ code: 1 })
    expect(JSON.parse((await ingest('health', '--json', '--config', config)).out)).toMatchObject({
      healthy: true,
      ready: false,
      waitingFor: ['broker (plant)'],
    })
  })

  const other = makeCertificate({ name: 'server', names: ['console.plant.example'] })
  test.each([
    ['nobody listens', async () => gone(await serverWith(OK)), /SERVER_UNREACHABLE: .*ECONNREFUSED/],
    ['somebody else does', () => serverWith({}), /no Davylamp server/],
    [
      'it shows another certificate',
      () => serverWith(OK, { tls: true, shown: other }),
      /another certificate than .*own\.pem; if it was renewed, reload/,
    ],
    ['it hangs', () => serverWith({ '/healthz': 'never' }), /no answer within 5 s/],
  ])('is bad when %s', async (_, config, reason) => {
    const { code, out } = await ingest('health', '--config', await config())
    expect(out).toMatch(/ is not healthy: /)
    expect(out).toMatch(reason)
    expect(out.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(1)
  })
})

function gone(config: string): string {
  open.pop()?.close()
  return config
}
