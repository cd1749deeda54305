import { parseCommandLine, type Terminal } from '../../../contracts/cli.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { loadFacilities } from '../../../contracts/facility-set.ts'
import { PRIORITIES, type Priority } from '../../../contracts/facility-words.ts'
import { parseIso } from '../../../contracts/iso-time.ts'
import { secretFrom } from '../../../contracts/secret.ts'

/** What the commands that push to Grafana are asked. */
export interface PushQuestion {
  readonly facilities: ReadonlySet<string>
  readonly grafana: { readonly url: string; readonly token: string }
  readonly server: { readonly url: string; readonly token: string | undefined }
  readonly isFollowing: boolean
  readonly isJson: boolean
  readonly place: string
  /** ISO 8601. */
  readonly since: string | undefined
  readonly least: Priority
}

const GRAFANA_URL = 'http://127.0.0.1:3000'
const PLACE = 'data/grafana-annotations.json'

/** Undefined when only the help is wanted. @throws CodedError USAGE, CONFIG_* */
export function pushQuestion(
  { env }: Pick<Terminal, 'env'>,
  args: readonly string[],
): PushQuestion | undefined {
  const { values, positionals } = parseCommandLine(args, {
    config: { type: 'string', multiple: true },
    url: { type: 'string', default: GRAFANA_URL },
    server: { type: 'string' },
    follow: { type: 'boolean', default: false },
    place: { type: 'string', default: PLACE },
    since: { type: 'string' },
    priority: { type: 'string', default: 'low' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) return undefined
  if (positionals.length > 0) throw new CodedError('USAGE', `unexpected argument "${positionals.join(' ')}"`)
  const least = PRIORITIES.find((priority) => priority === values.priority)
  if (least === undefined)
    throw new CodedError('USAGE', `--priority ${values.priority}: one of ${PRIORITIES.join(', ')}`)
  if (values.since !== undefined && parseIso(values.since) === undefined)
    throw new CodedError('USAGE', `--since ${values.since}: give a time such as 2026-11-28T08:00:00+08:00`)
  const token = secretFrom(env, 'DAVYLAMP_GRAFANA_TOKEN')
  if (token === undefined) throw new CodedError('GRAFANA_UNAUTHORIZED', 'no token is given')
  const facilities = loadFacilities(values.config ?? [])
  return {
    facilities: new Set(facilities.map(({ id }) => id)),
    grafana: { url: addressOf('--url', values.url), token },
    server: {
      url: addressOf('--server', values.server ?? addressOfServer(facilities)),
      token: secretFrom(env, 'DAVYLAMP_API_TOKEN'),
    },
    isFollowing: values.follow,
    isJson: values.json,
    place: values.place,
    since: values.since,
    least,
  }
}

/** A server that listens everywhere is asked on this machine. */
function addressOfServer([main]: readonly Facility[]): string {
  const listen = main?.server.listen ?? '127.0.0.1:8080'
  return `http://${listen.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:')}`
}

function addressOf(option: string, text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new CodedError('USAGE', `${option} ${text}: give a URL such as ${GRAFANA_URL}`)
  return text.replace(/\/+$/, '')
}
