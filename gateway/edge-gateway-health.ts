import type { GatewayHealth, OutboxHealth } from '../contracts/wire.ts'

/** Health with what this gateway always says. */
export interface EdgeGatewayHealth extends GatewayHealth {
  outbox: OutboxHealth & Required<Pick<OutboxHealth, 'setAside' | 'refusedReadings' | 'gaps' | 'commits'>>
}
