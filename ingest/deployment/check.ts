import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { CodedError } from '../../contracts/errors.ts'
import { loadFacility } from '../../contracts/facility-load.ts'
import { usersOfAcl } from './broker-acl.ts'
import { isPasswordOf, usersOfPasswords } from './broker-passwords.ts'
import { authorityProblems, certificateProblems } from './certificate-check.ts'
import { plannedCertificates } from './certificate-plan.ts'
import { composeProblems } from './compose-check.ts'
import { parseEnvironment } from './compose-files.ts'
import { type ComposeModel, readCompose } from './compose-model.ts'
import { type DeploymentPlan, planDeployment } from './deployment-plan.ts'
import type { DeploymentFolder } from './folder.ts'
import { type GrafanaProvision, provisionedGrafana } from './grafana-provision.ts'
import { FILES, gatewayFiles } from './layout.ts'
import type { Manifest } from './manifest.ts'
import { type Plants, readPlants } from './plant.ts'
import type { DeploymentProblem } from './problem.ts'
import { passwordFile, plannedSecrets } from './secret-plan.ts'

export interface CheckTools {
  /** Epoch ms. */
  readonly now: number
  /** docker-compose.yml. */
  readonly compose: string
  readonly provision: GrafanaProvision
}

/** Everything that is wrong with a deployment; it is only looked at. */
export function checkDeployment(
  folder: DeploymentFolder,
  manifest: Manifest,
  tools: CheckTools,
): DeploymentProblem[] {
  const plants = plantsOf(folder)
  if (!('plants' in plants)) return [plants]
  const plan = planDeployment(manifest.options, plants)
  return [
    ...secretProblems(folder, plan),
    ...certificatesProblems(folder, plan, tools.now),
    ...templateProblems(folder, plan, manifest),
    ...gatewayProblems(folder, plan, plants),
    ...brokerProblems(folder, plan),
    ...grafanaProblems(folder, plan, { plants, provision: tools.provision }),
    ...(manifest.options.native ? [] : composeFileProblems(folder, tools.compose)),
  ]
}

/** What the server runs on stands for the files of the plant, which need not be on this machine. */
function plantsOf(folder: DeploymentFolder): Plants | DeploymentProblem {
  const path = FILES.server.facilities
  try {
    return readPlants([join(folder.path, path)])
  } catch (error) {
    if (!(error instanceof CodedError)) throw error
    return { code: 'DEPLOY_FACILITY_INVALID', path, detail: error.message }
  }
}

/** Characters of a secret that somebody made up are fewer. */
const SHORTEST_SECRET = 24

function secretProblems(folder: DeploymentFolder, { options, users }: DeploymentPlan): DeploymentProblem[] {
  return plannedSecrets(options, users).flatMap(({ path }): DeploymentProblem[] => {
    const text = folder.read(path)
    if (text === undefined) return [missing(path)]
    const secret = text.trim()
    const isWeak = secret.length < SHORTEST_SECRET || new Set(secret).size < SHORTEST_SECRET / 3
    return [
      ...openProblems(folder, path),
      ...(isWeak
        ? [{ code: 'DEPLOY_SECRET_WEAK', path, detail: `${secret.length} characters, not random` } as const]
        : []),
    ]
  })
}

function certificatesProblems(
  folder: DeploymentFolder,
  { options, users }: DeploymentPlan,
  now: number,
): DeploymentProblem[] {
  const at = (path: string, found: readonly Omit<DeploymentProblem, 'path'>[]) =>
    found.map((problem) => ({ ...problem, path }))
  const { cert: path, key } = FILES.authority
  const authority = folder.read(path)
  if (authority === undefined) return [missing(path)]
  const authorityKey = folder.read(key)
  return [
    // Taken off this machine it cannot be stolen from here.
    ...(authorityKey === undefined
      ? []
      : [...at(path, authorityProblems(authority, authorityKey, now)), ...openProblems(folder, key)]),
    ...plannedCertificates(options, users).flatMap((one): DeploymentProblem[] => {
      const cert = folder.read(one.cert)
      const own = folder.read(one.key)
      if (cert === undefined || own === undefined) return [missing(cert === undefined ? one.cert : one.key)]
      return [
        ...at(one.cert, certificateProblems({ ...one, cert, key: own }, authority, now)),
        ...openProblems(folder, one.key),
      ]
    }),
    ...folder
      .list()
      .filter((copy) => copy.endsWith('/ca.crt') && copy !== path && folder.read(copy) !== authority)
      .map(
        (copy): DeploymentProblem => ({
          code: 'DEPLOY_CERTIFICATE_FOREIGN',
          path: copy,
          detail: `it is not ${path}`,
        }),
      ),
  ]
}

/** Files of which another code says more. */
const TOLD_ELSEWHERE: readonly string[] = [FILES.broker.acl, FILES.broker.passwords]

function templateProblems(
  folder: DeploymentFolder,
  { files }: DeploymentPlan,
  manifest: Manifest,
): DeploymentProblem[] {
  const planned = files.flatMap(({ path, text, secret }): DeploymentProblem[] => {
    const there = folder.read(path)
    if (there === undefined) return [missing(path)]
    const isChanged = there !== text && !TOLD_ELSEWHERE.includes(path)
    return [
      ...(secret === true ? openProblems(folder, path) : []),
      ...(isChanged
        ? [
            {
              code: 'DEPLOY_FILE_CHANGED',
              path,
              detail: 'it is not what the facility files ask for',
            } as const,
          ]
        : []),
    ]
  })
  const others = Object.keys(manifest.files).filter((path) => !files.some((file) => file.path === path))
  const secret: readonly string[] = [FILES.broker.passwords, FILES.broker.health, FILES.influxdb.users]
  return [
    ...planned,
    ...others.flatMap((path) => {
      if (!folder.has(path)) return [missing(path)]
      return secret.includes(path) ? openProblems(folder, path) : []
    }),
  ]
}

/** A gateway that has another file than the server reports by other limits. */
function gatewayProblems(
  folder: DeploymentFolder,
  { users }: DeploymentPlan,
  { plants }: Plants,
): DeploymentProblem[] {
  return users.flatMap(({ name, gateway }): DeploymentProblem[] => {
    const server = plants.find(({ facility }) => facility.id === gateway?.facility)?.facility
    const { facility: path } = gatewayFiles(name)
    if (server === undefined || !folder.has(path)) return []
    try {
      const { digest } = loadFacility(join(folder.path, path))
      const detail = `its digest is ${digest}, that of the server ${server.digest}`
      return digest === server.digest ? [] : [{ code: 'DEPLOY_FACILITY_DIFFERS', path, detail }]
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      return [{ code: 'DEPLOY_FACILITY_INVALID', path, detail: error.message }]
    }
  })
}

function brokerProblems(folder: DeploymentFolder, { users, files }: DeploymentPlan): DeploymentProblem[] {
  const { acl, passwords } = FILES.broker
  const rules = folder.read(acl) ?? ''
  const lines = folder.read(passwords) ?? ''
  const names = users.map(({ name }) => name)
  const unlike = (path: string, found: readonly string[]): DeploymentProblem[] => {
    const lacking = names.filter((name) => !found.includes(name)).map((name) => `${name} is missing`)
    const surplus = found.filter((name) => !names.includes(name)).map((name) => `${name} is nobody of ours`)
    const detail = [...lacking, ...surplus].join(', ')
    return detail === '' ? [] : [{ code: 'DEPLOY_BROKER_USERS', path, detail }]
  }
  const { users: allowed, rulesOfAll } = usersOfAcl(rules)
  const known = unlike(acl, allowed)
  const isOther = rules !== files.find(({ path }) => path === acl)?.text
  const wrong = users.filter((user) => {
    const line = lines.split('\n').find((one) => one.startsWith(`${user.name}:`))
    return line !== undefined && !isPasswordOf(line, folder.read(passwordFile(user)) ?? '')
  })
  return [
    ...known,
    ...(rulesOfAll > 0
      ? [
          {
            code: 'DEPLOY_BROKER_USERS',
            path: acl,
            detail: `${rulesOfAll} rules count for everybody`,
          } as const,
        ]
      : []),
    ...(known.length === 0 && rulesOfAll === 0 && isOther
      ? [
          {
            code: 'DEPLOY_BROKER_USERS',
            path: acl,
            detail: 'somebody may do more or less than the wire needs',
          } as const,
        ]
      : []),
    ...unlike(passwords, usersOfPasswords(lines)),
    ...wrong.map(
      ({ name }): DeploymentProblem => ({
        code: 'DEPLOY_BROKER_USERS',
        path: passwords,
        detail: `the line of ${name} is not of its password`,
      }),
    ),
  ]
}

function grafanaProblems(
  folder: DeploymentFolder,
  plan: DeploymentPlan,
  { plants, provision }: { plants: Plants; provision: GrafanaProvision },
): DeploymentProblem[] {
  const facilities = plants.plants.map(({ facility }) => facility)
  return provisionedGrafana(plan, provision, { facilities })
    .filter(({ path, text }) => folder.read(path) !== text)
    .map(({ path }) => ({
      code: 'DEPLOY_GRAFANA_DRIFTED',
      path,
      detail: 'it is not what the facility files say',
    }))
}

function composeFileProblems(folder: DeploymentFolder, compose: string): DeploymentProblem[] {
  const variables = parseEnvironment(folder.read(FILES.environment) ?? '')
  // Whatever .env calls the folder, it is this one that is looked at.
  variables.set('DAVYLAMP_DEPLOYMENT', folder.path)
  const isThere = (path: string) => existsSync(isAbsolute(path) ? path : join(dirname(compose), path))
  const look = (path: string, text: string, base?: ComposeModel) => {
    const { model, problems, missing: absent } = readCompose(text, variables)
    const found: DeploymentProblem[] = [
      ...problems.map((detail) => ({ code: 'DEPLOY_COMPOSE_INVALID', path, detail }) as const),
      ...absent.map((name) => ({ code: 'DEPLOY_VARIABLE_MISSING', path, detail: name }) as const),
      ...(model === undefined
        ? []
        : composeProblems(model, { isThere, ...(base === undefined ? {} : { base }) }).map((problem) => ({
            ...problem,
            path,
          }))),
    ]
    return { model, found }
  }
  if (!existsSync(compose)) return [missing(compose)]
  const main = look(compose, readFileSync(compose, 'utf8'))
  const more = folder.read(FILES.moreGateways)
  return [...main.found, ...(more === undefined ? [] : look(FILES.moreGateways, more, main.model).found)]
}

function openProblems(folder: DeploymentFolder, path: string): DeploymentProblem[] {
  const mode = (folder.mode(path) ?? 0) & 0o777
  return (mode & 0o077) === 0 ? [] : [{ code: 'DEPLOY_FILE_OPEN', path, detail: `mode ${mode.toString(8)}` }]
}

function missing(path: string): DeploymentProblem {
  return { code: 'DEPLOY_FILE_MISSING', path, detail: 'it is not there' }
}
