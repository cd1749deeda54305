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
    this.#cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.#sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size))
    this.reversed = new Uint32Array(size)
    for (let i = 1; i < size; i += 1)
      this.reversed[i] = ((this.reversed[i >> 1] ?? 0) >> 1) + (i & 1 ? size / 2 : 0)
  }

  /** Natural to bit-reversed order, `exp(-2πi kn/N)`. */
  forward(re: Float64Array, im: Float64Array): void {
    const cos = this.#cos
    const sin = this.#sin
    const size = this.size
    for (let half = size / 2, stride = 1; half >= 1; half /= 2, stride *= 2) {
      for (let start = 0; start < size; start += 2 * half) {
        for (let i = start, k = 0; i < start + half; i += 1, k += stride) {
          const j = i + half
          const ar = re[i] as number
          const ai = im[i] as number
          const br = re[j] as number
          const bi = im[j] as number
          const c = cos[k] as number
          const s = sin[k] as number
          const dr = ar - br
          const di = ai - bi
          re[i] = ar + br
          im[i] = ai + bi
          re[j] = dr * c + di * s
          im[j] = di * c - dr * s
        }
      }
    }
  }

  /** Bit-reversed to natural order; `size` times too large. */
  inverse(re: Float64Array, im: Float64Array): void {
    const cos = this.#cos
    const sin = this.#sin
    const size = this.size
    for (let half = 1, stride = size / 2; half < size; half *= 2, stride /= 2) {
      for (let start = 0; start < size; start += 2 * half) {
        for (let i = start, k = 0; i < start + half; i += 1, k += stride) {
          const j = i + half
          const ar = re[i] as number
          const ai = im[i] as number
          const br = re[j] as number
          const bi = im[j] as number
          const c = cos[k] as number
          const s = sin[k] as number
          const tr = br * c - bi * s
          const ti = bi * c + br * s
          re[i] = ar + tr
          im[i] = ai + ti
          re[j] = ar - tr
          im[j] = ai - ti
        }
      }
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
