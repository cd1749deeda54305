/** A tank of the facility, as computations go by it. */
export interface Tank {
  readonly id: string
}
