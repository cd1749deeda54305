import { silentLogger } from '../../contracts/logger.ts'
import { absent, absentPart } from './absent.ts'
import { OriginGuard } from './origin-guard.ts'
import type { ApiPorts } from './ports.ts'
import { buildApi } from './server.ts'
import { Stream } from './stream.ts'

/** The OpenAPI 3.1 document that the server gives at /docs/json; nothing of a server has to run for it. */
export async function openApiDocument(): Promise<object> {
  const guard = new OriginGuard({ host: '127.0.0.1', port: 0, hosts: [] })
  const app = await buildApi(NOBODY, silentLogger, () => guard)
  await app.ready()
  const document = app.swagger()
  await app.close()
  return document
}

/** Ports that no request ever reaches: routes only describe themselves here. */
const NOBODY: ApiPorts = {
  facilities: new Map(),
  states: { journal: absent, after: absent, heads: absent, ledger: absent, alarmKpi: absent },
  store: { range: absent, buckets: absent },
  stream: new Stream({ now: () => '' }),
  notices: { list: absent, channels: () => [], test: absent, path: () => ({ legs: [], watchdog: null }) },
  answers: { look: absent, answer: absent },
  register: absentPart(),
  people: undefined,
  iso: () => '',
  console: new Map(),
  now: () => 0,
  info: () => ({ version: '', auth: 'off', time: '', started: '' }),
  config: { loaded: () => [], reload: absent },
  unready: () => [],
  metrics: absent,
}
