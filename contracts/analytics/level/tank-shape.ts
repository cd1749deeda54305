import type { TankShape } from './tank.ts'

/** From where to where a shape has volumes, m. */
export function spanOf(shape: TankShape): readonly [least: number, most: number] {
  switch (shape.kind) {
    case 'vertical-cylinder':
      return [0, shape.height]
    case 'horizontal-cylinder':
    case 'sphere':
      return [0, shape.diameter]
    case 'strapping':
      return [shape.levels[0] ?? 0, shape.levels.at(-1) ?? 0]
  }
}

/** Volume below a level within the span, m3. */
export function shapeVolume(shape: TankShape, level: number): number {
  switch (shape.kind) {
    case 'vertical-cylinder':
      return (Math.PI / 4) * shape.diameter ** 2 * level
    case 'horizontal-cylinder': {
      const { diameter, length, heads } = shape
      // Two elliptical heads of 2:1 make a spheroid half as deep as the sphere that two hemispheres make.
      const ofHeads = { flat: 0, elliptical: 0.5, hemispherical: 1 }[heads]
      return length * segment(diameter / 2, level) + ofHeads * cap(diameter / 2, level)
    }
    case 'sphere':
      return cap(shape.diameter / 2, level)
    case 'strapping':
      return interpolated(shape.levels, shape.volumes, level)
  }
}

/** Area of a circle of radius `r` up to the height `h`. */
function segment(r: number, h: number): number {
  // Half the angle at the centre; from the arc cosine little of it would be left near the bottom.
  const angle = 2 * Math.asin(Math.sqrt(Math.min(1, h / (2 * r))))
  return r * r * (angle - Math.sin(2 * angle) / 2)
}

/** Volume of a sphere of radius `r` up to the height `h`. */
function cap(r: number, h: number): number {
  return (Math.PI * h * h * (3 * r - h)) / 3
}

/** Linear between the rows of a table whose `xs` never fall; `x` lies within them. */
export function interpolated(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0
  let high = xs.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((xs[middle] ?? 0) <= x) low = middle
    else high = middle
  }
  const [x0 = 0, x1 = x0, y0 = 0, y1 = y0] = [xs[low], xs[high], ys[low], ys[high]]
  return x1 === x0 ? y0 : y0 + ((y1 - y0) * (x - x0)) / (x1 - x0)
}
