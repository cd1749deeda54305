/** 95 % of a normal distribution lie below so many standard deviations. */
const NORMAL_95 = 1.644853626951

/**
 * The same of Student's distribution, for what is estimated from few samples: the expansion of Cornish and Fisher,
 * within 1 % from 3 degrees of freedom on, where that of 1 and 2 is exact.
 */
export function student95(freedom: number): number {
  if (freedom < 1) return Number.POSITIVE_INFINITY
  if (freedom === 1) return 6.313751515
  if (freedom === 2) return 2.91998558
  const z = NORMAL_95
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3)
  )
}
