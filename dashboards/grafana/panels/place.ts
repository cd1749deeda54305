import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'

/** Columns of Grafana's grid. */
export const WIDTH = 24

/** How much of the grid a panel takes. Where it stands follows from the order, see {@link placed}. */
export interface Size {
  /** Of {@link WIDTH} columns. */
  w: number
  /** Rows of 38 pixels or so. */
  h: number
}

/**
 * Places in the order of reading: from left to right, and on to the next line when the line is full. Panels of a line
 * have one height, so that a phone, which shows them one below the other in the same order, has no holes either.
 * @throws Error when a line is not filled or its panels differ in height: that is a mistake of ours
 */
export function placed(sizes: readonly Size[], from = 0): GridPos[] {
  let [x, y, height] = [0, from, 0]
  const positions = sizes.map(({ w, h }) => {
    if (x === 0) height = h
    if (h !== height || x + w > WIDTH) throw new Error(`a panel of ${w} x ${h} does not fit at ${x}, ${y}`)
    const at = { x, y, w, h }
    x += w
    if (x === WIDTH) [x, y] = [0, y + h]
    return at
  })
  if (x !== 0) throw new Error(`the last line ends at column ${x}`)
  return positions
}
