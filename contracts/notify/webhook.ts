import type { Priority } from '../facility-words.ts'
import type { MessageFacts, SystemNotice } from './message.ts'
import type { Language, NoticeCause } from './words.ts'

/** Raised when a receiver that knows an older one could misread a newer one. */
export const WEBHOOK_VERSION = 1

/** What a webhook of format `davylamp` is sent. Fields may be added within a version; none changes its meaning. */
export interface WebhookBody {
  readonly version: typeof WEBHOOK_VERSION
  /** The same however often it is sent; also in the headers Idempotency-Key and Davylamp-Notice. */
  readonly id: string
  /** Which attempt it is, from 1. */
  readonly attempt: number
  /** Of the most urgent of its alarms. */
  readonly cause: NoticeCause
  readonly priority: Priority
  /** It is about life safety. */
  readonly urgent: boolean
  readonly facility: { readonly id: string; readonly name: string; readonly timezone: string }
  readonly channel: string
  readonly language: Language
  /** One line for people, in that language. */
  readonly subject: string
  /** Names of duties that are told. */
  readonly duties: readonly string[]
  /** Who has them, where they are known: id and name only. */
  readonly to: readonly { readonly id: string; readonly name: string }[]
  /** The most urgent first, at most 50; none with a {@link notice}. */
  readonly alarms: readonly MessageFacts[]
  /** How many alarms there are besides. */
  readonly more: number
  /** What a program of Davylamp says of itself, such as the watchdog that the path of alarms is broken. */
  readonly notice?: Pick<SystemNotice, 'lines'>
}
