/** How many samples the averages are long. */
export interface StaLtaSamples {
  readonly sta: number
  readonly lta: number
}

/** Ratio of the mean squares of the last `sta` and `lta` samples; 0 until there are `lta` of them. */
export function classicStaLta(samples: ArrayLike<number>, { sta, lta }: StaLtaSamples): Float64Array {
  const ratios = new Float64Array(samples.length)
  const sums = new Float64Array(samples.length + 1)
  for (let i = 0; i < samples.length; i += 1) sums[i + 1] = (sums[i] ?? 0) + (samples[i] ?? 0) ** 2
  for (let i = lta - 1; i < samples.length; i += 1) {
    const end = sums[i + 1] ?? 0
    const long = (end - (sums[i + 1 - lta] ?? 0)) / lta
    ratios[i] = long > 0 ? (end - (sums[i + 1 - sta] ?? 0)) / sta / long : 0
  }
  return ratios
}

/**
 * Ratio of recursive averages of the squares (Evans and Allen 1983), both of which are zero at the first sample; 0 for
 * the first `lta` samples. A long average that has begun at zero is too small for some time: {@link Trigger} begins otherwise.
 */
export function recursiveStaLta(samples: ArrayLike<number>, { sta, lta }: StaLtaSamples): Float64Array {
  const ratios = new Float64Array(samples.length)
  let short = 0
  let long = 0
  for (let i = 1; i < samples.length; i += 1) {
    const square = (samples[i] ?? 0) ** 2
    short += (square - short) / sta
    long += (square - long) / lta
    if (i >= lta && long > 0) ratios[i] = short / long
  }
  return ratios
}
