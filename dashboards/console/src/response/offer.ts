import type { FormField } from './form-field.ts'

/** Something that may be done now, and what it asks for. */
export interface Offer {
  readonly name: string
  readonly text: string
  readonly fields: readonly FormField[]
  readonly note?: string
}
