import type { ComposeModel, ComposeService } from './compose-model.ts'
import type { DeploymentProblem } from './problem.ts'

type Problem = Omit<DeploymentProblem, 'path'>

/** An exact version, down to the patch where there are any, or a digest. */
const PINNED = /(:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?|@sha256:[0-9a-f]{64})$/

interface Surroundings {
  /** The compose file that is read together with this one, and that it extends. */
  readonly base?: ComposeModel
  /** A path of the host is there. */
  readonly isThere: (path: string) => boolean
}

/** What is wrong with a compose file of ours: references that lead nowhere, and what a service may not be without. */
export function composeProblems(model: ComposeModel, { base, isThere }: Surroundings): Problem[] {
  const known: ComposeModel = {
    services: { ...base?.services, ...model.services },
    networks: { ...base?.networks, ...model.networks },
    volumes: { ...base?.volumes, ...model.volumes },
    secrets: { ...base?.secrets, ...model.secrets },
  }
  const services = Object.entries(model.services).map(([name, service]) => ({
    name,
    service: wholeService(name, service, base),
  }))
  return [
    ...services.flatMap(({ name, service }) => [
      ...imageProblems(name, service),
      ...hardeningProblems(name, service),
      ...referenceProblems(name, service, known),
      ...mountProblems(name, service, isThere),
    ]),
    ...portProblems(services),
    ...unusedProblems(model, services),
    ...Object.entries(model.secrets ?? {}).flatMap(([name, { file }]) =>
      isThere(file) ? [] : [invalid(`secret ${name}: ${file} is not there`)],
    ),
  ]
}

interface Named {
  readonly name: string
  readonly service: ComposeService
}

function invalid(detail: string): Problem {
  return { code: 'DEPLOY_COMPOSE_INVALID', detail }
}

/** With what it extends, or what stands under its name in the first file. */
function wholeService(name: string, service: ComposeService, base: ComposeModel | undefined): ComposeService {
  const above = base?.services[service.extends?.service ?? name]
  if (above === undefined) return service
  const volumes = new Map(
    [...(above.volumes ?? []), ...(service.volumes ?? [])].map((one) => [one.target, one]),
  )
  const whole = { ...above, ...service, volumes: [...volumes.values()] }
  if (service.network_mode !== undefined) delete whole.networks
  return whole
}

function imageProblems(name: string, { image, build }: ComposeService): Problem[] {
  if (image === undefined) return [invalid(`${name}: no image`)]
  if (PINNED.test(image)) return []
  return build === undefined || !/:.+/.test(image)
    ? [{ code: 'DEPLOY_IMAGE_UNPINNED', detail: `${name}: ${image}` }]
    : []
}

/** The one service that may be root, to give volumes to the others; it has no network. */
const ROOT_SERVICE = 'volumes'

function hardeningProblems(name: string, service: ComposeService): Problem[] {
  const isRoot = /^(0|root|)(:|$)/.test(service.user ?? '')
  const isAllowedRoot = name === ROOT_SERVICE && service.network_mode === 'none'
  const { mem_limit: memory, deploy } = service
  const lacks: [boolean, string][] = [
    [isRoot && !isAllowedRoot, 'user: it runs as root'],
    [service.read_only !== true, 'read_only: its file system can be written'],
    [!(service.cap_drop ?? []).includes('ALL'), 'cap_drop: it keeps capabilities'],
    [(service.cap_add ?? []).length > 0 && !isAllowedRoot, 'cap_add: it is given capabilities'],
    [
      !(service.security_opt ?? []).includes('no-new-privileges:true'),
      'security_opt: it may gain privileges',
    ],
    [service.restart === undefined, 'restart: it stays down'],
    [service.logging?.options['max-size'] === undefined, 'logging: its log grows without end'],
    [memory === undefined || deploy?.resources.limits.memory !== memory, 'mem_limit: it may take all memory'],
    [service.healthcheck === undefined && name !== ROOT_SERVICE, 'healthcheck: nobody sees whether it works'],
  ]
  return lacks.filter(([is]) => is).map(([, what]) => invalid(`${name}: ${what}`))
}

function referenceProblems(name: string, service: ComposeService, known: ComposeModel): Problem[] {
  const networks = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})
  const shared = /^service:(.+)$/.exec(service.network_mode ?? '')?.[1]
  const missing = (what: string, names: readonly string[], of: object | undefined) =>
    names
      .filter((one) => !Object.hasOwn(of ?? {}, one))
      .map((one) => invalid(`${name}: there is no ${what} ${one}`))
  const volumes = (service.volumes ?? []).filter(({ type }) => type === 'volume').map(({ source }) => source)
  const waits = Object.entries(service.depends_on ?? {})
  return [
    ...missing('network', networks, known.networks),
    ...missing('volume', volumes, known.volumes),
    ...missing('secret', service.secrets ?? [], known.secrets),
    ...missing(
      'service',
      [...waits.map(([one]) => one), ...(shared === undefined ? [] : [shared])],
      known.services,
    ),
    ...waits
      .filter(([one, { condition }]) => condition === 'service_healthy' && !hasHealth(known.services[one]))
      .map(([one]) => invalid(`${name}: it waits for the health of ${one}, which has no check`)),
  ]
}

function hasHealth(service: ComposeService | undefined): boolean {
  const check: unknown = service?.healthcheck
  return typeof check === 'object' && check !== null && 'test' in check
}

function mountProblems(
  name: string,
  { volumes = [] }: ComposeService,
  isThere: Surroundings['isThere'],
): Problem[] {
  return volumes
    .filter(({ type }) => type === 'bind')
    .flatMap(({ source, read_only: isReadOnly }) => [
      ...(isThere(source) ? [] : [invalid(`${name}: ${source} is not there`)]),
      ...(isReadOnly === true ? [] : [invalid(`${name}: ${source} can be written from the container`)]),
    ])
}

/** `address:port:port`: without an address Docker publishes to everybody, past the firewall of most machines. */
const PORT = /^(\[[0-9a-f:]+\]|[0-9.]+):(\d+):(\d+)$/

function portProblems(services: readonly Named[]): Problem[] {
  const taken = new Map<string, string>()
  return services.flatMap(({ name, service }) =>
    (service.ports ?? []).flatMap((text) => {
      const [, address, published, port] = PORT.exec(text) ?? []
      if (published === undefined)
        return [invalid(`${name}: ports: ${text} names no address of this machine`)]
      const problems =
        published === port ? [] : [invalid(`${name}: ports: ${text}: the certificate's URL has one port`)]
      const other = taken.get(published)
      taken.set(published, `${name}, ${address}`)
      return other === undefined
        ? problems
        : [...problems, invalid(`${name}: port ${published} is that of ${other}`)]
    }),
  )
}

function unusedProblems(model: ComposeModel, services: readonly Named[]): Problem[] {
  const used = (pick: (service: ComposeService) => readonly string[]) =>
    new Set(services.flatMap(({ name, service }) => (name === ROOT_SERVICE ? [] : pick(service))))
  const volumes = used(({ volumes = [] }) => volumes.map(({ source }) => source))
  const secrets = used(({ secrets = [] }) => secrets)
  return [
    ...Object.keys(model.volumes ?? {}).filter((name) => !volumes.has(name)),
    ...Object.keys(model.secrets ?? {}).filter((name) => !secrets.has(name)),
  ].map((name) => invalid(`${name}: nobody uses it`))
}
