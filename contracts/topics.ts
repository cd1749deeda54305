import type { AlarmView } from './api.ts'
import type { ForeignDevice } from './foreign-device.ts'
import type { WaveformMessage } from './waveform.ts'
import type {
  AnnunciatorState,
  Batch,
  Confirm,
  GatewayHealth,
  GatewayLimits,
  GatewayState,
  JournalHead,
  ServerState,
} from './wire.ts'

/** The one map of topic to payload, used at both ends. Key: last level below `gateways/{gateway}`. */
export interface GatewayPayloads {
  readings: Batch
  backlog: Batch
  confirm: Confirm
  limits: GatewayLimits
  state: GatewayState
  health: GatewayHealth
  waveforms: WaveformMessage
}

/** The same for the topics of a facility. */
export interface FacilityPayloads {
  server: ServerState
  alarm: AlarmView
  journal: JournalHead
  annunciator: AnnunciatorState
}

export type GatewayChannel = keyof GatewayPayloads
export const GATEWAY_CHANNELS = [
  'readings',
  'backlog',
  'confirm',
  'limits',
  'state',
  'health',
  'waveforms',
] as const satisfies GatewayChannel[]

/** What a topic of a facility means. */
export type Topic =
  | { kind: 'gateway'; gateway: string; channel: GatewayChannel }
  | { kind: 'alarm'; alarm: string }
  | { kind: 'server' }
  | { kind: 'journal' }
  | { kind: 'annunciator'; annunciator: string }
  /** Of a device that publishes MQTT itself. */
  | { kind: 'foreign' }

/** Builds and reads the topics of one facility: `{prefix}/{facility}/...`. */
export class Topics {
  readonly root: string

  constructor(prefix: string, facility: string) {
    this.root = `${prefix}/${facility}`
  }

  gateway(gateway: string, channel: GatewayChannel): string {
    return `${this.root}/gateways/${gateway}/${channel}`
  }

  /** Subscription to a channel of all gateways. */
  everyGateway(channel: GatewayChannel): string {
    return this.gateway('+', channel)
  }

  alarm(alarm: string): string {
    return `${this.root}/alarms/${alarm}`
  }

  everyAlarm(): string {
    return this.alarm('+')
  }

  server(): string {
    return `${this.root}/server`
  }

  journal(): string {
    return `${this.root}/journal`
  }

  annunciator(annunciator: string): string {
    return `${this.root}/annunciators/${annunciator}`
  }

  everyAnnunciator(): string {
    return this.annunciator('+')
  }

  /** Subscription to what a foreign device publishes; see topic-filter.ts for what it matches. */
  foreign({ topic, isAbsolute }: Pick<ForeignDevice, 'topic' | 'isAbsolute'>): string {
    return isAbsolute ? topic : `${this.root}/foreign/${topic}`
  }

  /** Undefined when the topic is none of ours; a foreign device may have one of those. */
  parse(topic: string): Topic | undefined {
    if (!topic.startsWith(`${this.root}/`)) return undefined
    const [kind, id, channel, ...more] = topic.slice(this.root.length + 1).split('/')
    if ((kind === 'server' || kind === 'journal') && id === undefined) return { kind }
    if (kind === 'foreign' && id !== undefined) return { kind }
    if (kind === 'alarms' && id !== undefined && id !== '' && channel === undefined)
      return { kind: 'alarm', alarm: id }
    if (kind === 'annunciators' && id !== undefined && id !== '' && channel === undefined)
      return { kind: 'annunciator', annunciator: id }
    if (kind === 'gateways' && id !== undefined && id !== '' && more.length === 0) {
      const known = GATEWAY_CHANNELS.find((name) => name === channel)
      return known === undefined ? undefined : { kind: 'gateway', gateway: id, channel: known }
    }
    return undefined
  }
}
