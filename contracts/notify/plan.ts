import type { Priority } from '../facility-words.ts'
import type { Language, MailSecurity, WebhookFormat } from './words.ts'

/** Somebody who can be told of alarms. */
export interface Responder {
  /** The name that they sign in with. */
  readonly id: string
  readonly name: string
  readonly language: Language
  readonly email?: string
  readonly mobile?: string
}

/** A duty that somebody has at any time: a level of the escalation. */
export interface Duty {
  readonly id: string
  readonly name: string
  /** Responders who have it at all times. */
  readonly always: readonly string[]
  /** Key: team; its responders. */
  readonly teams: ReadonlyMap<string, readonly string[]>
  /** The team of each shift from {@link start} on, over and over; null: nobody. Empty without shifts. */
  readonly cycle: readonly (string | null)[]
  /** Local date whose first shift is the first of the cycle. */
  readonly start?: string
  /** When shifts begin, HH:MM of local time, ascending. */
  readonly shifts: readonly string[]
}

interface ChannelBase {
  readonly id: string
  readonly language: Language
  readonly timeoutMs: number
  readonly limit?: { readonly count: number; readonly perMs: number }
  readonly fallback?: string
  /** Absolute path of a PEM file. */
  readonly ca?: string
}

export interface EmailChannel extends ChannelBase {
  readonly kind: 'email'
  readonly host: string
  readonly port: number
  readonly security: MailSecurity
  readonly username?: string
  /** Absolute path. */
  readonly passwordFile?: string
  readonly from: string
}

export interface WebhookChannel extends ChannelBase {
  readonly kind: 'webhook'
  readonly format: WebhookFormat
  readonly url?: string
  /** Absolute path; given when there is no {@link url}. */
  readonly urlFile?: string
  /** Absolute path. */
  readonly secretFile?: string
}

export type Channel = EmailChannel | WebhookChannel

/** All that is given has to hold. */
export interface PolicyMatch {
  readonly lifeSafety?: boolean
  readonly priorities?: readonly Priority[]
  readonly classes?: readonly string[]
  readonly areas?: readonly string[]
  readonly sensors?: readonly string[]
  readonly keys?: readonly string[]
}

export interface PolicyStep {
  readonly afterMs: number
  /** Duties. */
  readonly to: readonly string[]
  /** Channels. */
  readonly by: readonly string[]
}

export interface Policy {
  readonly id: string
  readonly match: PolicyMatch
  /** In order of time. */
  readonly steps: readonly PolicyStep[]
  readonly repeatMs?: number
  readonly returns: boolean
  readonly groupMs: number
}

export interface WatchdogPlan {
  readonly sensor: string
  readonly device: { readonly host: string; readonly port: number }
  readonly listen: { readonly host: string; readonly port: number }
  /** Absolute paths of PEM files. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly channel: string
  readonly everyMs: number
  readonly withinMs: number
  readonly tell: readonly string[]
  readonly to: readonly string[]
}

/** Who is told of the alarms of a facility, and how. */
export interface NotifyPlan {
  readonly language: Language
  /** Of the console, without a slash at its end. */
  readonly url?: string
  readonly linkForMs: number
  /** Key: responder. */
  readonly responders: ReadonlyMap<string, Responder>
  /** Key: duty. */
  readonly duties: ReadonlyMap<string, Duty>
  /** Key: channel. */
  readonly channels: ReadonlyMap<string, Channel>
  /** The first that matches counts. */
  readonly policies: readonly Policy[]
  readonly watchdog?: WatchdogPlan
}
