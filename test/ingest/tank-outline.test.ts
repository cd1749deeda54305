import { describe, expect, it } from 'vitest'
import { tankOutline } from '../../ingest/intake/tank-outline.ts'

describe('outline of a tank', () => {
  it.each([
    ['an upright cylinder', { diameter: 20, height: 12 }, [0, 12]],
    ['a sphere, or a cylinder that lies', { diameter: 3 }, [0, 3]],
    ['a strapping table', { levels: [0.4, 5, 11], diameter: 20 }, [0.4, 11]],
  ] as const)('%s goes from its bottom to its top', (_name, shape, span) => {
    expect(tankOutline({ id: 'T-1', shape, levels: { HH: 10.8 } })).toEqual({
      id: 'T-1',
      name: 'T-1',
      span,
      levels: { HH: 10.8 },
    })
  })

  it('is none without a height', () => {
    expect(tankOutline({ id: 'T-1', name: 'Day tank' })).toBeUndefined()
  })
})
