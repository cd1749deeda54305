import { EXIT, parseCommandLine, type Terminal } from '../../../contracts/cli.ts'
import { parseDuration } from '../../../contracts/duration.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { loadFacilities } from '../../../contracts/facility-set.ts'
import { DEFAULT_LINKS, type Links } from '../rules/links.ts'
import { type Difference, differences } from './drift.ts'
import { readProvisioned, writeProvisioned } from './folder.ts'
import { provisionFiles } from './provision-files.ts'
import type { ContactOptions, ProvisionOptions } from './provision-options.ts'

const HELP = `Writes what Grafana is provisioned with, from the facility files: data source, dashboards' folder, alert rules,
contact points, notification policies and message templates. docs/grafana.md says how Grafana is told of it.

  npm run dashboards -- provision --config F --to DIR            write DIR/provisioning
  npm run dashboards -- provision --config F --to DIR --check    say what differs there, and exit with 1 if anything does

  --config F             facility file, or a folder of them; may be repeated
  --to DIR               folder; Grafana's setting paths.provisioning is DIR/provisioning
  --database-url URL     InfluxDB as Grafana reaches it (default: store.url)
  --token-file PATH      InfluxDB 2 and 3: file of the token on the machine of Grafana (default /run/secrets/grafana-token)
  --user NAME            InfluxDB 1: user that reads (default: store.username)
  --password-file PATH   and the file of its password there (default /run/secrets/grafana-password)
  --dashboards PATH      folder of the dashboards there (default /var/lib/grafana/dashboards/davylamp)
  --runbooks URL         folder of the runbooks (default: docs/runbooks)
  --console URL          the console (default http://127.0.0.1:8080)
  --unacknowledged TIME  urgent alarms that nobody acknowledged for so long are told of (default 15m)
  --no-notifications     leave contact points, policies and templates to people; ours replace all policies there are
  --json                 what was done, or what differs, as JSON
  --help                 this text

Who is told: DAVYLAMP_GRAFANA_EMAIL (addresses, with commas between them) and DAVYLAMP_GRAFANA_WEBHOOK (a URL). Without
either it is the contact point that Grafana comes with.

Exit status: 0 ok, 1 failed or it differs, 2 bad usage.
`

/** `npm run dashboards -- provision`; `args` come after that word. @throws CodedError USAGE, CONFIG_*, GRAFANA_NO_STORE, FILE_UNWRITABLE */
export async function provisionCommand(
  terminal: Terminal,
  args: readonly string[],
  panels: Links['panels'] = {},
): Promise<number> {
  const { values, positionals } = parseCommandLine(args, {
    config: { type: 'string', multiple: true },
    to: { type: 'string' },
    check: { type: 'boolean', default: false },
    'database-url': { type: 'string' },
    'token-file': { type: 'string' },
    user: { type: 'string' },
    'password-file': { type: 'string' },
    dashboards: { type: 'string' },
    runbooks: { type: 'string' },
    console: { type: 'string' },
    unacknowledged: { type: 'string' },
    'no-notifications': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  })
  if (values.help) {
    terminal.out(HELP)
    return EXIT.ok
  }
  if (positionals.length > 0) throw new CodedError('USAGE', `unexpected argument "${positionals.join(' ')}"`)
  const { to } = values
  if (to === undefined) throw new CodedError('USAGE', 'say where to: --to DIR')
  const facilities = loadFacilities(values.config ?? [])
  const previous = readProvisioned(to)
  const unacknowledgedMs = durationOf(values.unacknowledged)
  const options: ProvisionOptions = {
    datasource: {
      ...(values['database-url'] !== undefined && { url: values['database-url'] }),
      ...(values['token-file'] !== undefined && { tokenFile: values['token-file'] }),
      ...(values.user !== undefined && { user: values.user }),
      ...(values['password-file'] !== undefined && { passwordFile: values['password-file'] }),
    },
    ...(values.dashboards !== undefined && { dashboards: values.dashboards }),
    links: {
      runbooks: withoutSlash(values.runbooks ?? DEFAULT_LINKS.runbooks),
      console: withoutSlash(values.console ?? DEFAULT_LINKS.console),
      panels,
    },
    contacts: contactsFrom(terminal.env),
    notifications: !values['no-notifications'],
    ...(unacknowledgedMs !== undefined && { unacknowledgedMs }),
    previous,
  }
  const files = provisionFiles(facilities, options)
  if (values.check) return check(terminal, differences(previous, files), { to, json: values.json })
  const done = writeProvisioned(to, files, previous)
  terminal.out(
    values.json
      ? `${JSON.stringify({ ...done, files: files.size })}\n`
      : [
          ...done.written.map((path) => `${path}: written\n`),
          ...done.removed.map((path) => `${path}: removed\n`),
          `${to}: ${files.size} files, ${done.written.length} written, ${done.removed.length} removed\n`,
        ].join(''),
  )
  return EXIT.ok
}

function check(
  terminal: Terminal,
  found: readonly Difference[],
  { to, json }: { to: string; json: boolean },
): number {
  if (json) terminal.out(`${JSON.stringify(found)}\n`)
  else if (found.length === 0) terminal.out(`${to}: as the facility files say\n`)
  else
    for (const { path, kind, rules } of found) {
      terminal.out(`${path}: ${kind}\n`)
      for (const rule of rules)
        terminal.out(
          `  ${rule.kind}: ${rule.title}${rule.parts.length > 0 ? ` (${rule.parts.join(', ')})` : ''}\n`,
        )
    }
  return found.length === 0 ? EXIT.ok : EXIT.failed
}

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === undefined || ms <= 0)
    throw new CodedError('USAGE', `--unacknowledged ${text}: give a time such as 15m`)
  return ms
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** @throws CodedError USAGE when what is given is no address */
function contactsFrom(env: Terminal['env']): ContactOptions {
  const emails = (env.DAVYLAMP_GRAFANA_EMAIL ?? '').split(/[,;\s]+/).filter((address) => address !== '')
  const webhook = env.DAVYLAMP_GRAFANA_WEBHOOK ?? ''
  const odd = emails.find((address) => !/^[^@\s]+@[^@\s]+$/.test(address))
  if (odd !== undefined)
    throw new CodedError('USAGE', `DAVYLAMP_GRAFANA_EMAIL: "${odd}" is no e-mail address`)
  if (webhook !== '' && !/^https?:\/\//.test(webhook))
    throw new CodedError('USAGE', 'DAVYLAMP_GRAFANA_WEBHOOK: give an http or https URL')
  return { emails, ...(webhook !== '' && { webhook }) }
}
