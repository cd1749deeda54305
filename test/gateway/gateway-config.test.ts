import { describe, expect, it } from 'vitest'
import type { Bus, Gateway } from '../../contracts/facility.ts'
import { findGateway, gatewayProblems, requireReadable } from '../../gateway/gateway-config.ts'
import { bus, device, register, sensor, smallPlant } from './plant.ts'

function gatewayWith(...buses: Bus[]): Gateway {
  return { id: 'gw-1', name: 'gw-1', heartbeatMs: 2_000, outbox: { maxBytes: 1, maxAgeMs: 1 }, buses }
}

describe('gatewayProblems', () => {
  it('has none for what can be read', () => {
    const gateway = findGateway(smallPlant(), 'gw-1')
    expect(gatewayProblems(gateway)).toEqual([])
    expect(() => requireReadable(gateway)).not.toThrow()
  })

  it('names every sensor that cannot be read', () => {
    const wide = sensor({ id: 'S-1', register: register({ type: 'float64' }) })
    const workarounds = {
      singleReads: false,
      blocks: [{ table: 'holding', address: 0, count: 4 } as const],
      pauseMs: 0,
    }
    const stray = sensor({ id: 'S-2', register: register({ address: 4 }) })
    const gateway = gatewayWith(
      bus({
        devices: [
          device({ id: 'small', maxRegisters: 2, sensors: [wide] }),
          device({ id: 'fixed', workarounds, sensors: [stray] }),
        ],
      }),
    )
    expect(gatewayProblems(gateway)).toEqual([
      {
        code: 'CONFIG_INVALID',
        detail: 'gateway gw-1, device small: S-1: 4 registers are more than the 2 its device answers at once',
      },
      {
        code: 'CONFIG_INVALID',
        detail: 'gateway gw-1, device fixed: S-2: lies wholly in none of the blocks of its device',
      },
    ])
    expect(() => requireReadable(gateway)).toThrowError(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  it('says which gateways there are', () => {
    expect(() => findGateway(smallPlant(), 'gw-9')).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('gw-1') }),
    )
  })
})
