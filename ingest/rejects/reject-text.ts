import { isUtf8 } from 'node:buffer'
import { formatIso } from '../../contracts/iso-time.ts'
import type { DeadLetter, Quarantined } from './letter.ts'

/** Characters of a payload that are shown to people. */
const SHOWN = 160
/**
 * What moves the cursor, sets colours or turns the direction of writing: control characters, separators of
 * lines, marks of direction, halves of characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu

/** On one line and safe on any terminal: what is not printable is written as `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

/** Two lines for people. */
export function letterText(letter: DeadLetter, timezone: string): string {
  const { time, code, count, facility, gateway, detail, topic, size } = letter
  const from = [facility, gateway].filter((name) => name !== '').join('/')
  const head = [formatIso(time, timezone), code, `x${count}`, from, detail].filter((part) => part !== '')
  const body = topic === '' && size === 0 ? [] : [`    ${topic} ${size} bytes: ${payloadText(letter)}`]
  return [head.join('  '), ...body].map((line) => `${printable(line)}\n`).join('')
}

/** One JSON object for programs; the payload is whole as far as it was kept, in Base64. */
export function letterJson({ payload, ...letter }: DeadLetter): string {
  const bytes = Buffer.from(payload)
  const text = isUtf8(bytes) ? { text: bytes.toString('utf8') } : {}
  return `${JSON.stringify({ ...letter, payload: bytes.toString('base64'), ...text })}\n`
}

export function quarantinedJson(reading: Quarantined): string {
  return `${JSON.stringify({ kind: 'quarantined', ...reading })}\n`
}

export function quarantinedText(reading: Quarantined, timezone: string): string {
  const { time, shift, facility, gateway, sensor, value, quality, reason, epoch, seq, isRequeued } = reading
  const parts = [
    formatIso(time + shift, timezone),
    `${facility}/${gateway}`,
    sensor,
    value ?? '-',
    quality,
    reason ?? '',
    `${epoch} ${seq}`,
    isRequeued ? 'requeued' : '',
  ]
  return `${printable(parts.filter((part) => part !== '').join('  '))}\n`
}

function payloadText({ payload, size }: DeadLetter): string {
  const text = Buffer.from(payload).toString('utf8')
  return text.length > SHOWN || size > payload.length ? `${text.slice(0, SHOWN)}...` : text
}
