import type { Category } from '../../register/gb18218-table.ts'
import type { TANK_LIMITS } from '../derived-schema.ts'
import type { TANK_HEADS } from './tank-schema.ts'

export type TankLimit = (typeof TANK_LIMITS)[number]

/** All measures in m, all volumes in m3. */
export type TankShape =
  | { readonly kind: 'vertical-cylinder'; readonly diameter: number; readonly height: number }
  | {
      readonly kind: 'horizontal-cylinder'
      readonly diameter: number
      /** Without its heads. */
      readonly length: number
      readonly heads: (typeof TANK_HEADS)[number]
    }
  | { readonly kind: 'sphere'; readonly diameter: number }
  | {
      readonly kind: 'strapping'
      /** Strictly ascending. */
      readonly levels: readonly number[]
      /** Of each level, never falling. */
      readonly volumes: readonly number[]
    }

export interface FloatingRoof {
  /** What it takes off when it floats, m3. */
  readonly displaced: number
  /** It begins to float at `from` and floats freely at `to`, m. */
  readonly from: number
  readonly to: number
}

export interface TankSubstance {
  readonly cas: string
  readonly name?: string
  readonly category?: Category
  readonly form?: string
  /** At the reference temperature, kg/m3. */
  readonly density: number
  /** Thermal expansion by volume, per K. */
  readonly beta: number
  /** degC */
  readonly referenceTemperature: number
}

/** A tank of the facility, as computations go by it: plain data. */
export interface Tank {
  readonly id: string
  readonly name: string
  readonly area?: string
  readonly shape: TankShape
  /** Volume below the shape, m3. */
  readonly heel: number
  readonly roof?: FloatingRoof
  /** Levels of concern, m. */
  readonly levels: Readonly<Partial<Record<TankLimit, number>>>
  /** By API 2350: how well it is attended. */
  readonly category?: 1 | 2 | 3
  /** How long it takes to end a receipt; undefined: neither that nor the category is known. */
  readonly responseMs?: number
  /** m3/h */
  readonly maxFlow?: number
  /** Standard deviation of the gauge, m. */
  readonly sigma: number
  readonly substance?: TankSubstance
}
