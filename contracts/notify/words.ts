/** The closed lists of words about people who are told of alarms. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

export const CHANNEL_KINDS = ['email', 'webhook'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** What a webhook is sent: our own JSON, or the body that a chat service takes. */
export const WEBHOOK_FORMATS = ['davylamp', 'wecom', 'dingtalk', 'slack', 'teams'] as const
export type WebhookFormat = (typeof WEBHOOK_FORMATS)[number]

/** How a mail server is spoken to: TLS from the first byte, TLS by STARTTLS, or in the clear on a loopback address. */
export const MAIL_SECURITIES = ['tls', 'starttls', 'none'] as const
export type MailSecurity = (typeof MAIL_SECURITIES)[number]

/** Why somebody is told of an occurrence. */
export const NOTICE_CAUSES = ['raised', 'escalated', 'repeated', 'returned', 'test'] as const
export type NoticeCause = (typeof NOTICE_CAUSES)[number]

/**
 * What became of a notice: `waiting` for its turn, its time or a group; `sending`; `sent`, with a receipt; `failed` for
 * good; or `dropped` by a rule that is named with it.
 */
export const NOTICE_STATES = ['waiting', 'sending', 'sent', 'failed', 'dropped'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** Why a notice was not sent, or waits. */
export const NOTICE_RULES = [
  'acknowledged',
  'set-aside',
  /** A newer occurrence stands there, or it was over for long. */
  'past',
  /** Found in readings that came late. */
  'late',
  /** The alarm is no more. */
  'gone',
  'no-channel',
  /** Told with a later step, or a repetition. */
  'superseded',
  'limited',
] as const
export type NoticeRule = (typeof NOTICE_RULES)[number]

/** `unknown` until it was used or tried for the first time. */
export const CHANNEL_STATES = ['working', 'failing', 'unknown'] as const
export type ChannelState = (typeof CHANNEL_STATES)[number]

/** Stations of an alarm on its way to people; each leg is counted from the station before it. */
export const ALARM_LEGS = ['evaluated', 'journalled', 'sent', 'acknowledged'] as const
export type AlarmLeg = (typeof ALARM_LEGS)[number]
