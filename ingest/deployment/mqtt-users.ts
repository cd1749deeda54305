import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import { FOREIGN_GATEWAY } from '../../contracts/foreign-device.ts'
import { Topics } from '../../contracts/topics.ts'

/** What a user of the broker may do with the topics that match. */
export interface Permission {
  readonly access: 'read' | 'write' | 'readwrite'
  readonly topic: string
}

/** A program that has a facility file of its own. */
export interface FacilityPart {
  readonly facility: string
  readonly id: string
}

export interface MqttUser {
  readonly name: string
  /** Whose it is. */
  readonly kind: 'server' | 'gateway' | 'foreign' | 'annunciator' | 'listener' | 'health'
  /** For people. */
  readonly about: string
  readonly permissions: readonly Permission[]
  readonly gateway?: FacilityPart
  readonly annunciator?: FacilityPart
}

type WithTopics = Pick<Facility, 'id' | 'mqtt' | 'gateways' | 'foreign' | 'annunciators'>

/**
 * Everybody whom the broker lets in, with what the wire needs of each and no more (docs/reference/wire.md).
 * @throws CodedError DEPLOY_USER_CLASH when two of them would have one name
 */
export function mqttUsers(facilities: readonly WithTopics[]): MqttUser[] {
  const read = (topic: string): Permission => ({ access: 'read', topic })
  const each = facilities.map((facility) => ({
    facility,
    topics: new Topics(facility.mqtt.prefix, facility.id),
  }))
  const users: MqttUser[] = [
    {
      name: 'server',
      kind: 'server',
      about: 'the server: all its facilities',
      permissions: each.flatMap(({ facility, topics }) => serverPermissions(facility, topics)),
    },
    ...each.flatMap(({ facility, topics }) =>
      facility.gateways.map(({ id }) => gatewayUser(facility.id, id, topics)),
    ),
    ...each.flatMap(({ facility, topics }) => foreignUser(facility, topics)),
    ...each.flatMap(({ facility, topics }) =>
      facility.annunciators.map(({ id }) => annunciatorUser(facility.id, id, topics)),
    ),
    {
      name: 'annunciator',
      kind: 'listener',
      about: 'other systems that show alarms: hear them, and whether the server lives',
      permissions: each.flatMap(({ topics }) => [read(topics.everyAlarm()), read(topics.server())]),
    },
    {
      name: 'health',
      kind: 'health',
      about: 'the health check of the broker itself',
      permissions: [read('$SYS/broker/uptime')],
    },
  ]
  refuse(users)
  return users
}

function serverPermissions(facility: WithTopics, topics: Topics): Permission[] {
  return [
    ...(['readings', 'backlog', 'state', 'health', 'waveforms'] as const).map(
      (channel): Permission => ({
        access: 'read',
        topic: topics.everyGateway(channel),
      }),
    ),
    ...(['confirm', 'limits'] as const).map(
      (channel): Permission => ({
        access: 'write',
        topic: topics.everyGateway(channel),
      }),
    ),
    // It reads them to clear those of alarms that are no more.
    { access: 'readwrite', topic: topics.everyAlarm() },
    { access: 'write', topic: topics.server() },
    { access: 'write', topic: topics.journal() },
    ...(facility.annunciators.length === 0
      ? []
      : [{ access: 'read' as const, topic: topics.everyAnnunciator() }]),
    ...facility.foreign.map((device): Permission => ({ access: 'read', topic: topics.foreign(device) })),
  ]
}

function gatewayUser(facility: string, id: string, topics: Topics): MqttUser {
  const own = (access: Permission['access'], channel: Parameters<Topics['gateway']>[1]): Permission => ({
    access,
    topic: topics.gateway(id, channel),
  })
  return {
    name: gatewayUserName(facility, id),
    kind: 'gateway',
    about: `gateway ${id} of ${facility}`,
    gateway: { facility, id },
    permissions: [
      own('write', 'readings'),
      own('write', 'backlog'),
      own('write', 'health'),
      own('write', 'waveforms'),
      // It reads its own to see that the will of an older connection stands there.
      own('readwrite', 'state'),
      own('read', 'confirm'),
      own('read', 'limits'),
      { access: 'read', topic: topics.server() },
    ],
  }
}

/** It hears alarms, and says only how it does itself: one that was taken over cannot speak for another. */
function annunciatorUser(facility: string, id: string, topics: Topics): MqttUser {
  return {
    name: gatewayUserName(facility, `annunciator.${id}`),
    kind: 'annunciator',
    about: `annunciator ${id} of ${facility}`,
    annunciator: { facility, id },
    permissions: [
      { access: 'read', topic: topics.everyAlarm() },
      { access: 'read', topic: topics.server() },
      { access: 'write', topic: topics.annunciator(id) },
    ],
  }
}

/** One for all devices of a facility that publish themselves: most come through one bridge. */
function foreignUser(facility: WithTopics, topics: Topics): MqttUser[] {
  if (facility.foreign.length === 0) return []
  return [
    {
      name: gatewayUserName(facility.id, FOREIGN_GATEWAY),
      kind: 'foreign',
      about: `devices of ${facility.id} that publish MQTT themselves`,
      permissions: facility.foreign.map((device) => ({ access: 'write', topic: topics.foreign(device) })),
    },
  ]
}

/** The same as the MQTT client id of a gateway, or of an annunciator. */
export function gatewayUserName(facility: string, gateway: string): string {
  return `${facility}.${gateway}`
}

function refuse(users: readonly MqttUser[]): void {
  const seen = new Map<string, MqttUser>()
  for (const user of users) {
    const twin = seen.get(user.name)
    if (twin !== undefined)
      throw new CodedError('DEPLOY_USER_CLASH', `${twin.about} and ${user.about} would both be ${user.name}`)
    seen.set(user.name, user)
  }
}
