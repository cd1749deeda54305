import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { geometryOf, ringOf, signedArea } from '../../../../alerting/register/map/geometry.ts'

const corner = fc.record({
  lat: fc.double({ min: -89, max: 89, noNaN: true }),
  lon: fc.double({ min: -179, max: 179, noNaN: true }),
})
const SQUARE = [
  { lat: 35, lon: 115 },
  { lat: 35, lon: 115.1 },
  { lat: 35.1, lon: 115.1 },
  { lat: 35.1, lon: 115 },
]

describe('the place of an area', () => {
  it('is its outline: longitude first, closed, counter-clockwise', () => {
    const ring = [
      [115, 35],
      [115.1, 35],
      [115.1, 35.1],
      [115, 35.1],
      [115, 35],
    ]
    expect(geometryOf(undefined, SQUARE)).toEqual({ type: 'Polygon', coordinates: [ring] })
    const turned = ringOf([...SQUARE].reverse()) ?? []
    expect(signedArea(turned)).toBeGreaterThan(0)
    expect(new Set(turned.map(String))).toEqual(new Set(ring.map(String)))
  })

  it('does not close an outline twice', () => {
    expect(ringOf([...SQUARE, ...SQUARE.slice(0, 1)])).toEqual(ringOf(SQUARE))
  })

  it('is a point where the outline encloses nothing, and null where nothing is known', () => {
    const [first, second] = SQUARE
    expect(geometryOf({ lat: 1, lon: 2 }, [])).toEqual({ type: 'Point', coordinates: [2, 1] })
    expect(geometryOf(undefined, [first, second, first] as never)).toEqual({
      type: 'Point',
      coordinates: [115, 35],
    })
    expect(geometryOf(undefined, undefined)).toBeNull()
  })

  it('has a ring of RFC 7946 for any corners', () => {
    fc.assert(
      fc.property(fc.array(corner, { minLength: 3, maxLength: 12 }), (corners) => {
        const ring = ringOf(corners)
        if (ring === undefined) return
        expect(ring.length).toBeGreaterThanOrEqual(4)
        expect(ring.at(-1)).toEqual(ring[0])
        expect(signedArea(ring.slice(0, -1))).toBeGreaterThan(0)
      }),
    )
  })
})
