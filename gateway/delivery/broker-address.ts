import { brokerCredentials } from '../../contracts/broker-credentials.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { BrokerAddress } from './broker-link.ts'

/** How this gateway reaches its broker. @throws CodedError CONFIG_UNREADABLE */
export function brokerAddress(
  facility: Facility,
  options: { gateway: string; password?: string; broker?: { host: string; port: number } },
): BrokerAddress {
  return {
    url: brokerUrl(facility.mqtt, options.broker),
    clientId: `${facility.id}.${options.gateway}`,
    ...brokerCredentials(facility, options.password),
  }
}

function brokerUrl(mqtt: Facility['mqtt'], broker: { host: string; port: number } | undefined): string {
  if (broker !== undefined) return `mqtt://${broker.host}:${broker.port}`
  return mqtt.url === 'embedded' ? `mqtt://${mqtt.listen}` : mqtt.url
}
