import { freshCredentials, type GivenCredentials } from '../../contracts/broker-credentials.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { BrokerAddress } from './broker-link.ts'

/** How this gateway reaches its broker, asked for every connection. @throws CodedError as freshCredentials does */
export function brokerAddress(
  facility: Facility,
  options: { gateway: string; credentials?: GivenCredentials; broker?: { host: string; port: number } },
): () => BrokerAddress {
  const credentials = freshCredentials(facility, options.credentials)
  const url = brokerUrl(facility.mqtt, options.broker)
  const clientId = `${facility.id}.${options.gateway}`
  return () => ({ url, clientId, ...credentials() })
}

function brokerUrl(mqtt: Facility['mqtt'], broker: { host: string; port: number } | undefined): string {
  if (broker !== undefined) return `mqtt://${broker.host}:${broker.port}`
  return mqtt.url === 'embedded' ? `mqtt://${mqtt.listen}` : mqtt.url
}
