/**
 * Fast Fourier transform of a power of two, in place. The forward one leaves its result in bit-reversed order, which
 * the inverse one takes: multiplying by gains that are in that order too saves both permutations.
 */
export class Fourier {
  readonly size: number
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  /** Which frequency stands at an index of a transform, and the other way round. */
  readonly reversed: Uint32Array

  /** @param size a power of two */
  constructor(size: number) {
    this.size = size
    this.#cos = Float64Array.from({ length: (3 * size) / 4 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sin = Float64Array.from({ length: (3 * size) / 4 }, (_, i) => Math.sin((2 * Math.PI * i) / size))
    this.reversed = new Uint32Array(size)
    for (let i = 1; i < size; i += 1)
      this.reversed[i] = ((this.reversed[i >> 1] ?? 0) >> 1) + (i & 1 ? size / 2 : 0)
  }

  /** Natural to bit-reversed order, `exp(-2πi kn/N)`: two stages at a time, which spares half the memory traffic. */
  forward(re: Float64Array, im: Float64Array): void {
    let span = this.size
    for (; span >= 4; span /= 4) this.#forwardTwo(re, im, span)
    if (span === 2) this.#pairs(re, im)
  }

  /** Bit-reversed to natural order; `size` times too large. */
  inverse(re: Float64Array, im: Float64Array): void {
    let span = Math.log2(this.size) % 2 === 0 ? 1 : 2
    if (span === 2) this.#pairs(re, im)
    for (span *= 4; span <= this.size; span *= 4) this.#inverseTwo(re, im, span)
  }

  /** Stages of blocks of `span` and of half of it, decimated in frequency. */
  #forwardTwo(re: Float64Array, im: Float64Array, span: number): void {
    const cos = this.#cos
    const sin = this.#sin
    const size = this.size
    const stride = size / span
    const q = span / 4
    for (let start = 0; start < size; start += span) {
      for (let i0 = start, k = 0; i0 < start + q; i0 += 1, k += stride) {
        const i1 = i0 + q
        const i2 = i1 + q
        const i3 = i2 + q
        const r0 = re[i0] as number
        const m0 = im[i0] as number
        const r1 = re[i1] as number
        const m1 = im[i1] as number
        const r2 = re[i2] as number
        const m2 = im[i2] as number
        const r3 = re[i3] as number
        const m3 = im[i3] as number
        const sr = r0 + r2
        const sm = m0 + m2
        const tr = r1 + r3
        const tm = m1 + m3
        const dr = r0 - r2
        const dm = m0 - m2
        const er = r1 - r3
        const em = m1 - m3
        re[i0] = sr + tr
        im[i0] = sm + tm
        const ar = sr - tr
        const am = sm - tm
        const c2 = cos[2 * k] as number
        const s2 = sin[2 * k] as number
        re[i1] = ar * c2 + am * s2
        im[i1] = am * c2 - ar * s2
        const br = dr + em
        const bm = dm - er
        const c1 = cos[k] as number
        const s1 = sin[k] as number
        re[i2] = br * c1 + bm * s1
        im[i2] = bm * c1 - br * s1
        const gr = dr - em
        const gm = dm + er
        const c3 = cos[3 * k] as number
        const s3 = sin[3 * k] as number
        re[i3] = gr * c3 + gm * s3
        im[i3] = gm * c3 - gr * s3
      }
    }
  }

  /** The same the other way: decimated in time, with the conjugates. */
  #inverseTwo(re: Float64Array, im: Float64Array, span: number): void {
    const cos = this.#cos
    const sin = this.#sin
    const size = this.size
    const stride = size / span
    const q = span / 4
    for (let start = 0; start < size; start += span) {
      for (let i0 = start, k = 0; i0 < start + q; i0 += 1, k += stride) {
        const i1 = i0 + q
        const i2 = i1 + q
        const i3 = i2 + q
        const x1r = re[i1] as number
        const x1m = im[i1] as number
        const x2r = re[i2] as number
        const x2m = im[i2] as number
        const x3r = re[i3] as number
        const x3m = im[i3] as number
        const c1 = cos[k] as number
        const s1 = sin[k] as number
        const c2 = cos[2 * k] as number
        const s2 = sin[2 * k] as number
        const c3 = cos[3 * k] as number
        const s3 = sin[3 * k] as number
        const r0 = re[i0] as number
        const m0 = im[i0] as number
        const r1 = x1r * c2 - x1m * s2
        const m1 = x1m * c2 + x1r * s2
        const r2 = x2r * c1 - x2m * s1
        const m2 = x2m * c1 + x2r * s1
        const r3 = x3r * c3 - x3m * s3
        const m3 = x3m * c3 + x3r * s3
        const sr = r0 + r1
        const sm = m0 + m1
        const dr = r0 - r1
        const dm = m0 - m1
        const tr = r2 + r3
        const tm = m2 + m3
        const er = r2 - r3
        const em = m2 - m3
        re[i0] = sr + tr
        im[i0] = sm + tm
        re[i1] = dr - em
        im[i1] = dm + er
        re[i2] = sr - tr
        im[i2] = sm - tm
        re[i3] = dr + em
        im[i3] = dm - er
      }
    }
  }

  /** The stage of two neighbours, where a power of two is none of four. */
  #pairs(re: Float64Array, im: Float64Array): void {
    for (let i = 0; i < this.size; i += 2) {
      const r0 = re[i] as number
      const m0 = im[i] as number
      const r1 = re[i + 1] as number
      const m1 = im[i + 1] as number
      re[i] = r0 + r1
      im[i] = m0 + m1
      re[i + 1] = r0 - r1
      im[i + 1] = m0 - m1
    }
  }
}

/** Tables of the sizes in use, which all stations share. Key: size. */
const TRANSFORMS = new Map<number, Fourier>()

/** That of the least power of two that holds so many samples. */
export function fourierFor(samples: number): Fourier {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, samples)))
  const known = TRANSFORMS.get(size)
  if (known !== undefined) return known
  const made = new Fourier(size)
  TRANSFORMS.set(size, made)
  return made
}
