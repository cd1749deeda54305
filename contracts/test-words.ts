/** A bump test shows that gas is noticed, a proof test that the whole function works as it was designed to. */
export const TEST_KINDS = ['bump', 'proof'] as const
export type TestKind = (typeof TEST_KINDS)[number]

/** The flags of a test have this cause, with its id behind it. */
export const TEST_CAUSE = 'test.'

/** When a sensor was in a test, epoch ms of the server; `to` is infinite while that runs. */
export interface TestSpan {
  readonly from: number
  readonly to: number
}
