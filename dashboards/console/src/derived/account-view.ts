import { listOf, numberOf, type Untyped } from './untyped.ts'

/** A period of the balance of a tank, m3. */
export interface Account {
  /** When it was closed, epoch ms. */
  readonly to: number
  /** What was missing in it; undefined: it could not be accounted. */
  readonly ufv: number | undefined
  readonly high: number
  readonly low: number
}

/** The last periods that a balance tells of, oldest first. */
export function accountsOf(detail: Untyped): Account[] {
  return listOf(detail.accounts).flatMap(({ to, ufv, cusumHigh, cusumLow }) => {
    const [time, high, low] = [numberOf(to), numberOf(cusumHigh), numberOf(cusumLow)]
    if (time === undefined || high === undefined || low === undefined) return []
    return [{ to: time, ufv: numberOf(ufv), high, low }]
  })
}

/** Where things are drawn in a picture of some width and height, from its left upper corner. */
export interface AccountPicture {
  /** Of what is missing upwards, of what is too much downwards; a period without an account has none. */
  readonly bars: readonly { readonly x: number; readonly y: number; readonly height: number }[]
  readonly barWidth: number
  /** Middles of periods without an account. */
  readonly gaps: readonly number[]
  /** Steps of the sums, as a path of SVG: of what is missing above zero, of what is too much below. */
  readonly high: string
  readonly low: string
  readonly zero: number
  /** What stands at the upper and at the lower edge, m3. */
  readonly top: number
  readonly bottom: number
}

/** Less is flat, m3. */
const LEAST_SPAN = 1e-6
/** Share of the width of a period that its bar takes. */
const BAR_SHARE = 0.7

/** @param accounts at least one */
export function accountPicture(
  accounts: readonly Account[],
  { width, height }: { readonly width: number; readonly height: number },
): AccountPicture {
  const values = accounts.flatMap(({ ufv = 0, high, low }) => [ufv, high, 0 - low])
  const top = Math.max(0, ...values)
  const bottom = Math.min(0, ...values)
  const at = (value: number) => ((top - value) / Math.max(LEAST_SPAN, top - bottom)) * height
  const step = width / accounts.length
  const zero = at(0)
  const stepsOf = (sumOf: (account: Account) => number) =>
    accounts.map(
      (account, index) => `${index === 0 ? 'M' : 'L'}${step * index} ${at(sumOf(account))}h${step}`,
    )
  return {
    bars: accounts.flatMap(({ ufv }, index) => {
      if (ufv === undefined) return []
      const end = at(ufv)
      return [
        {
          x: step * (index + (1 - BAR_SHARE) / 2),
          y: Math.min(end, zero),
          height: Math.abs(end - zero),
        },
      ]
    }),
    barWidth: step * BAR_SHARE,
    gaps: accounts.flatMap(({ ufv }, index) => (ufv === undefined ? [step * (index + 0.5)] : [])),
    high: stepsOf(({ high }) => high).join(''),
    low: stepsOf(({ low }) => -low).join(''),
    zero,
    top,
    bottom,
  }
}
