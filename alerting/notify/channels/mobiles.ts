import type { Responder } from '../../../contracts/notify/plan.ts'

/** Both services know people of mainland China by eleven digits; others are left as they stand in the file. */
export function mobilesOf(to: readonly Pick<Responder, 'mobile'>[]): string[] {
  return [
    ...new Set(
      to.flatMap(({ mobile }) => (mobile === undefined ? [] : [mobile.replace(/^\+?86(?=1\d{10}$)/, '')])),
    ),
  ]
}
