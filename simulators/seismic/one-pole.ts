/** First-order low-pass or high-pass by the bilinear transform, its corner where it belongs. In place. */
export function onePole(
  samples: Float64Array,
  { kind, cornerHz, rate }: { kind: 'low' | 'high'; cornerHz: number; rate: number },
): void {
  const k = Math.tan((Math.PI * Math.min(cornerHz, 0.49 * rate)) / rate)
  let before = 0
  let output = 0
  for (const [index, input] of samples.entries()) {
    const driven = kind === 'low' ? k * (input + before) : input - before
    output = (driven - (k - 1) * output) / (k + 1)
    before = input
    samples[index] = output
  }
}
