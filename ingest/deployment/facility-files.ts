import type { FacilityFile } from '../../contracts/facility-schema.ts'
import type { OidcConfig } from '../../contracts/oidc-schema.ts'
import type { RegisterConfig } from '../../contracts/register/database-schema.ts'
import { editedFacility, type FacilityEdit, type Said, type Sections } from './facility-edit.ts'
import { COMPOSED_PASSWORD, OIDC_KEYS, oidcPath, registerKeys, registerPath } from './given-files.ts'
import { storeNames } from './influx-settings.ts'
import { annunciatorFiles, FILES, gatewayFiles, type Places } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
import { exportFolders, namedFiles } from './named-files.ts'
import { type DeploymentOptions, ownHost, urlHost } from './options.ts'
import type { PlannedFile } from './planned-file.ts'
import type { Plant, Plants } from './plant.ts'

/** What all processes of a deployment have instead of what the plant's file says. */
interface Given {
  readonly options: DeploymentOptions
  readonly places: Places
  readonly shared: Plants['shared']
}

/** The facility files of the server: paths in them are relative to the folder of these files. */
export function serverFacilities(plants: readonly Plant[], given: Given): PlannedFile[] {
  const { options, places, shared } = given
  const { native, ports, clientCertificates, auth, names, listen } = options
  const { hosts, log, journal, sessions, oidc, register } = shared.server
  const host = native ? urlHost(listen) : '0.0.0.0'
  const sections: Sections = {
    mqtt: {
      url: `mqtts://${native ? urlHost(ownHost(options)) : 'mosquitto'}:${ports.mqtt}`,
      prefix: shared.mqtt.prefix,
      username: 'server',
      passwordFile: '../mqtt-password',
      ca: '../ca.crt',
      ...(clientCertificates ? { cert: '../client.crt', key: '../client.key' } : {}),
    },
    store: storeSection(given),
    server: {
      listen: `${host}:${ports.https}`,
      data: `${places.serverData}/server`,
      auth,
      sessions,
      // At trials nobody signs in.
      ...(oidc === undefined || auth === 'off' ? {} : { oidc: withPaths(oidc) }),
      hosts: [...new Set([...hosts, ...names.map(urlHost), 'localhost', '127.0.0.1', 'server'])],
      tls: { cert: '../tls.crt', key: '../tls.key' },
      log,
      journal: { ...journal, signingKeyFile: '../journal-key.pem' },
      register: registerSection(register, options),
    },
  }
  const folder = FILES.server.facilities
  return plants.flatMap((plant) =>
    withProfiles(plant, {
      folder,
      path: `${folder}/${plant.facility.id}.yaml`,
      edit: { sections, said: saidAnew(plant, places) },
    }),
  )
}

/**
 * Names, addresses and channels of people, and the register of hazards and the emergency plans, which name them: only the server
 * goes by these, so nobody else gets to know them.
 */
const OF_PEOPLE = ['responders', 'roster', 'notify', 'register', 'plans'] as const

/**
 * The facility file of one gateway or annunciator: what it needs to know of the broker, and nothing of database, server and
 * people. Its digest is that of the server's all the same, which leaves them out.
 */
export function edgeFacility(plant: Plant, { name, kind }: MqttUser, given: Given): PlannedFile[] {
  const { options, shared } = given
  const { folder, facility } = kind === 'annunciator' ? annunciatorFiles(name) : gatewayFiles(name)
  const sections: Sections = {
    mqtt: {
      url: `mqtts://${urlHost(brokerName(options))}:${options.ports.mqtt}`,
      prefix: shared.mqtt.prefix,
      username: name,
      passwordFile: 'mqtt-password',
      ca: 'ca.crt',
      ...(options.clientCertificates ? { cert: 'client.crt', key: 'client.key' } : {}),
    },
    store: { kind: 'embedded' },
    server: { auth: 'required' },
  }
  return withProfiles(plant, { folder, path: facility, edit: { sections, without: OF_PEOPLE } })
}

/** Where the deployment has what the plant's file names, files from the folder of the facility files. */
function saidAnew({ facility }: Plant, { serverData }: Places): Said[] {
  return [
    ...namedFiles(facility).map(({ key, copy }) => ({ key, value: `../${copy}` })),
    ...exportFolders(facility, serverData).map(({ key, path }) => ({ key, value: path })),
  ]
}

function withPaths(oidc: OidcConfig): OidcConfig {
  const keys = OIDC_KEYS.filter((key) => oidc[key] !== undefined)
  return { ...oidc, ...Object.fromEntries(keys.map((key) => [key, `../${oidcPath(key)}`])) }
}

/** In compose the service `postgresql` is there for who names it, and its password is a secret of the server's container. */
function registerSection(register: RegisterConfig, { native }: DeploymentOptions): RegisterConfig {
  const isOurs = !native && URL.parse(register.url ?? '')?.hostname === 'postgresql'
  return {
    ...register,
    ...(isOurs ? { passwordFile: COMPOSED_PASSWORD } : {}),
    ...Object.fromEntries(registerKeys(register).map((key) => [key, `../${registerPath(key)}`])),
  }
}

/** The name by which gateways reach the broker. Within compose it is an alias of the broker. */
export function brokerName(options: DeploymentOptions): string {
  return options.names[0] ?? (options.native ? ownHost(options) : 'mosquitto')
}

function storeSection({ options, shared }: Given): FacilityFile['store'] {
  const { retention, rollUpRetention, mirror } = shared.store
  const { org, bucket, database } = storeNames(shared.store)
  const url = options.native ? options.influxdbUrl : `http://influxdb:${options.ports.influxdb}`
  const common = {
    kind: 'influxdb' as const,
    url,
    retention,
    rollUpRetention,
    ...(mirror === undefined ? {} : { mirror }),
  }
  return options.influxdb === 1
    ? { ...common, api: 'v1', database, username: 'davylamp-ingest' }
    : {
        ...common,
        api: 'v2',
        org,
        bucket,
        // Of 2.x only a name that queries use instead of the bucket's.
        ...(shared.store.database === undefined ? {} : { database }),
      }
}

function withProfiles(
  { text, profiles }: Plant,
  { folder, path, edit }: { folder: string; path: string; edit: Omit<FacilityEdit, 'profiles'> },
): PlannedFile[] {
  const renamed = new Map(profiles.map(({ word, name }) => [word, name]))
  return [
    { path, text: editedFacility(text, { ...edit, profiles: renamed }) },
    ...profiles.map(({ name, text: profile }) => ({ path: `${folder}/${name}`, text: profile })),
  ]
}
