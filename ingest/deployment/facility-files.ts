import type { FacilityFile } from '../../contracts/facility-schema.ts'
import { editedFacility, type Sections } from './facility-edit.ts'
import { storeNames } from './influx-settings.ts'
import { FILES, gatewayFiles, type Places } from './layout.ts'
import type { MqttUser } from './mqtt-users.ts'
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
  const { hosts, log, journal } = shared.server
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
      hosts: [...new Set([...hosts, ...names.map(urlHost), 'localhost', '127.0.0.1', 'server'])],
      tls: { cert: '../tls.crt', key: '../tls.key' },
      log,
      journal: { ...journal, signingKeyFile: '../journal-key.pem' },
    },
  }
  const folder = FILES.server.facilities
  return plants.flatMap((plant) =>
    withProfiles(plant, { folder, path: `${folder}/${plant.facility.id}.yaml`, sections }),
  )
}

/** The facility file of one gateway: what it needs to know of the broker, and nothing of database and server. */
export function gatewayFacility(plant: Plant, { name }: MqttUser, given: Given): PlannedFile[] {
  const { options, shared } = given
  const { folder, facility } = gatewayFiles(name)
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
  return withProfiles(plant, { folder, path: facility, sections })
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
  { folder, path, sections }: { folder: string; path: string; sections: Sections },
): PlannedFile[] {
  const paths = new Map(profiles.map(({ word, name }) => [word, name]))
  return [
    { path, text: editedFacility(text, sections, paths) },
    ...profiles.map(({ name, text: profile }) => ({ path: `${folder}/${name}`, text: profile })),
  ]
}
