import type { AlarmView } from '../../../contracts/api.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { Delivery, MessageFacts, SystemNotice } from '../../../contracts/notify/message.ts'
import type { Language } from '../../../contracts/notify/words.ts'
import { limitText } from '../../../contracts/number-text.ts'
import { clipped, oneLine } from './clean.ts'
import { valueText } from './quantity.ts'
import { PRIORITY_WORDS, QUALITY_WORDS, reasonWord, type Say, sayer } from './words.ts'

/** A message in words, before a channel gives it its form. All of it is one line each, without control characters. */
export interface MessageText {
  /** At most 200 characters. */
  readonly subject: string
  /** Below the subject, where it needs a sentence. */
  readonly intro?: string
  /** The most urgent first. */
  readonly entries: readonly MessageEntry[]
  /** How many alarms there are besides. */
  readonly rest?: string
  /** Who is told, and which message it is. */
  readonly closing: readonly MessageLine[]
}

export interface MessageEntry {
  readonly title: string
  /** Of a message about one alarm only. */
  readonly lines: readonly MessageLine[]
  readonly links: readonly MessageLink[]
}

export interface MessageLine {
  readonly label: string
  readonly text: string
}

export interface MessageLink {
  readonly label: string
  readonly url: string
}

/** How much may be said. */
export interface Room {
  /** Characters of each name and text. */
  readonly piece: number
  /** Alarms that have a line. */
  readonly entries: number
  readonly hasLinks: boolean
}

export const FULL_ROOM: Room = { piece: 1_000, entries: 50, hasLinks: true }
const MOST_SUBJECT = 200
const MOST_NAME = 80
/** A longer one is no link that somebody could follow. */
const MOST_URL = 1_000

/** What a person reads of a delivery: the priority and the cause first. @throws CodedError INTERNAL of one about nothing */
export function messageText(
  delivery: Pick<Delivery, 'id' | 'language' | 'facts' | 'to' | 'notice'>,
  room = FULL_ROOM,
): MessageText {
  const { language, facts, notice } = delivery
  const say = sayer(language)
  const writer = { language, say, room }
  const first = facts[0]
  const closing = [
    ...line(say('told'), named([...new Set(facts.flatMap(({ duties }) => duties))], room)),
    ...line(
      say('forWhom'),
      named(
        delivery.to.map(({ name }) => name),
        room,
      ),
    ),
    ...line(say('notice'), name(delivery.id, room)),
  ]
  if (notice !== undefined) return { ...ownText(notice, writer), closing }
  if (first === undefined) throw new CodedError('INTERNAL', `${delivery.id}: a message about nothing`)
  const shown = facts.slice(0, room.entries)
  if (facts.length === 1) {
    const subject = singleSubject(first, writer)
    if (first.cause === 'test')
      return { subject, intro: say('testHint'), entries: [testEntry(first, writer)], closing }
    return { subject, entries: [fullEntry(first, writer)], closing }
  }
  const left = facts.length - shown.length
  return {
    subject: severalSubject(facts, first, writer),
    entries: shown.map((each) => listEntry(each, writer)),
    ...(left === 0 ? {} : { rest: say('more', { count: left }) }),
    closing,
  }
}

/** What a program says of itself, in words that it has chosen. */
function ownText(notice: SystemNotice, { say, room }: Writer): Pick<MessageText, 'subject' | 'entries'> {
  const { subject, lines, facility } = notice
  const said = lines.flatMap(({ label, text: words }) => line(name(label, room), text(words, room)))
  return {
    subject: clipped(oneLine(subject), MOST_SUBJECT),
    entries: [
      {
        title: clipped(oneLine(subject), Math.min(room.piece * 2, MOST_SUBJECT)),
        lines: [...said, ...line(say('facility'), name(facility.name, room))],
        links: [],
      },
    ],
  }
}

interface Writer {
  readonly language: Language
  readonly say: Say
  readonly room: Room
}

/** `CRITICAL ALARM · Tank farm · Methane, pump bay: 43.1 %LEL (limit 40)` */
function singleSubject(facts: MessageFacts, writer: Writer): string {
  const place = name(facts.facility.name, writer.room)
  const parts = [heading(facts, writer), place]
  return clipped(
    (facts.cause === 'test' ? parts : [...parts, cause(facts.alarm, writer)]).join(' · '),
    MOST_SUBJECT,
  )
}

function severalSubject(facts: readonly MessageFacts[], first: MessageFacts, writer: Writer): string {
  const word = facts.every(({ cause }) => cause === 'raised' || cause === 'escalated' || cause === 'repeated')
    ? 'several'
    : 'severalMessages'
  const place = name(first.facility.name, writer.room)
  const count = writer.say(word, { count: facts.length })
  return clipped([heading(first, writer), place, count, cause(first.alarm, writer)].join(' · '), MOST_SUBJECT)
}

function heading({ cause, alarm, step }: MessageFacts, { language, say }: Writer): string {
  const priority = PRIORITY_WORDS[alarm.priority][language]
  return say(cause, {
    priority: cause === 'returned' && language === 'en' ? priority.toLowerCase() : priority,
    step,
  })
}

/** Which sensor, and what it says. */
function cause(alarm: AlarmView, { language, say, room }: Writer): string {
  return `${name(alarm.sensorName, room)}${say('colon')}${state(alarm, { language, say, room })}`
}

function state(alarm: AlarmView, { language, say }: Writer): string {
  const { value, limit, quality, reason, when } = alarm
  const doubt = quality === null || quality === 'good' ? undefined : QUALITY_WORDS[quality][language]
  const why = reason === null ? undefined : clipped(oneLine(reasonWord(reason, language)), MOST_NAME)
  if (when === 'stale') return say('isSilent')
  if (when === 'fault') return why === undefined ? say('isFaulty') : `${say('isFaulty')} (${why})`
  const doubts = [doubt, doubt === undefined ? undefined : why].filter((text) => text !== undefined)
  const reads = value === null ? say('isBeyond') : valueText(value, alarm)
  return [`${reads}${limit === null ? '' : ` (${bound(when, limit, say)})`}`, ...doubts].join(', ')
}

function bound(when: AlarmView['when'], limit: number, say: Say): string {
  const value = { limit: limitText(limit) }
  if (when === 'equals') return say('isAtLimit', value)
  return say(when === 'not-equals' ? 'isNotLimit' : 'limit', value)
}

function fullEntry(facts: MessageFacts, writer: Writer): MessageEntry {
  const { alarm, facility } = facts
  const { say, room } = writer
  const time = (iso: string) => localTime(iso, facility.timezone)
  const safety = alarm.lifeSafety ? ` (${say('lifeSafety')})` : ''
  return {
    title: `${heading(facts, writer)}${safety}${say('colon')}${name(alarm.sensorName, room)}`,
    lines: [
      ...line(say('value'), state(alarm, writer)),
      ...(isOwnMessage(alarm) ? line(say('message'), text(alarm.message, room)) : []),
      ...line(say('action'), text(facts.action, room)),
      ...line(say('respond'), respond(facts, writer)),
      ...line(say('consequence'), text(facts.consequence, room)),
      ...line(say('sensor'), `${name(alarm.sensorName, room)} (${name(alarm.sensor, room)})`),
      ...line(say('alarm'), name(alarm.id, room)),
      ...line(say('area'), name(facts.area, room)),
      ...line(say('facility'), name(facility.name, room)),
      ...line(say('raisedAt'), alarm.raised === null ? '' : time(alarm.raised)),
      ...line(say('returnedAt'), facts.cause === 'returned' ? time(alarm.since) : ''),
      ...line(say('quality'), quality(alarm, writer)),
    ],
    links: links(facts, writer),
  }
}

/** One line, and where it leads. */
function listEntry(facts: MessageFacts, writer: Writer): MessageEntry {
  const { raised } = facts.alarm
  const since = raised === null ? '' : `, ${localTime(raised, facts.facility.timezone).slice(11, 19)}`
  const title = `${heading(facts, writer)} · ${cause(facts.alarm, writer)}${since}`
  return { title, lines: [], links: links(facts, writer).slice(-1) }
}

function testEntry(facts: MessageFacts, { say, room }: Writer): MessageEntry {
  const time = localTime(formatIso(facts.time, facts.facility.timezone), facts.facility.timezone)
  return {
    title: say('test'),
    lines: [...line(say('facility'), name(facts.facility.name, room)), ...line(say('sentAt'), time)],
    links: [],
  }
}

/** A return asks for nothing any more, and links of it lead to the alarm alone. */
function links({ answerUrl, alarmUrl, cause }: MessageFacts, { say, room }: Writer): MessageLink[] {
  if (!room.hasLinks) return []
  return [
    { label: say('acknowledge'), url: cause === 'returned' ? undefined : answerUrl },
    { label: say('open'), url: alarmUrl },
  ].flatMap(({ label, url }) => {
    const safe = url === undefined ? undefined : safeUrl(url)
    return safe === undefined ? [] : [{ label, url: safe }]
  })
}

/** As a browser writes it: no blank, quote or angle bracket is left in it. Undefined for what is no web page. */
function safeUrl(url: string): string | undefined {
  const parsed = URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return undefined
  const whole = parsed.href.replaceAll(
    /[^\w!#$%&+,./:;=?@[\]~-]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return whole.length > MOST_URL ? undefined : whole
}

function respond({ respondWithinMs, alarm, facility, cause }: MessageFacts, { say }: Writer): string {
  if (respondWithinMs === undefined || cause === 'returned') return ''
  const span = spanText(respondWithinMs, say)
  const from = alarm.raised === null ? Number.NaN : Date.parse(alarm.raised)
  if (Number.isNaN(from)) return say('within', { span })
  return say('until', { span, time: formatIso(from + respondWithinMs, facility.timezone).slice(11, 19) })
}

function quality({ quality, reason }: AlarmView, { language, room }: Writer): string {
  if (quality === null || quality === 'good') return ''
  const word = QUALITY_WORDS[quality][language]
  return reason === null ? word : `${word} (${name(reasonWord(reason, language), room)})`
}

/** One that the server made up says no more than sensor, value and limit. */
function isOwnMessage({ message, sensorName }: AlarmView): boolean {
  return message !== '' && !message.startsWith(`${sensorName}: `)
}

/** `2026-11-29 10:00:00 (UTC+08:00, Asia/Shanghai)` of an ISO time with the offset of the facility. */
export function localTime(iso: string, timezone: string): string {
  const clean = oneLine(iso)
  const offset = /(Z|[+-]\d{2}:\d{2})$/.exec(clean)?.[1]?.replace('Z', '+00:00') ?? ''
  return `${clean.slice(0, 10)} ${clean.slice(11, 19)} (UTC${offset}, ${timezone})`
}

function spanText(ms: number, say: Say): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return say('hours', { n: ms / 3_600_000 })
  if (ms >= 60_000 && ms % 60_000 === 0) return say('minutes', { n: ms / 60_000 })
  return say('seconds', { n: Math.round(ms / 1_000) })
}

function line(label: string, text: string): MessageLine[] {
  return text === '' ? [] : [{ label, text }]
}

function name(given: string, room: Room): string {
  return clipped(oneLine(given), Math.min(room.piece, MOST_NAME))
}

function named(names: readonly string[], room: Room): string {
  return clipped(names.map((each) => name(each, room)).join(', '), room.piece)
}

function text(given: string | undefined, room: Room): string {
  return given === undefined ? '' : clipped(oneLine(given), room.piece)
}
