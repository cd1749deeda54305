import type { GatewayHealth } from '../contracts/wire.ts'

/** Health with what this gateway knows beyond the contract's fields. */
export interface EdgeGatewayHealth extends GatewayHealth {
  outbox: GatewayHealth['outbox'] & { setAside: number; refusedReadings: number }
}
