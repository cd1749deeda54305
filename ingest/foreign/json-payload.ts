import { isUtf8 } from 'node:buffer'
import type { ErrorCode } from '../../contracts/errors.ts'

export interface Refusal {
  readonly code: ErrorCode
  /** Printable, and short. */
  readonly detail: string
}

/** Instruments nest a few levels; more is nonsense, and costly to whoever walks through it. */
export const MAX_DEPTH = 32
/** A key or another text, or what opens or closes a level. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]/g
/** What makes the text before it a key. */
const COLON = /[ \t\r\n]*:/y

/** Any JSON value, not only an object. Which of two equal keys counts would be a guess, so there are none. */
export function parsePayload(payload: Buffer): { value: unknown } | { refused: Refusal } {
  if (!isUtf8(payload)) return refuse('PAYLOAD_NOT_JSON', 'not UTF-8')
  const text = payload.toString('utf8').replace(/^\uFEFF/, '')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('PAYLOAD_NOT_JSON', `${payload.length} bytes`)
  }
  const flaw = flawOf(text)
  return flaw === undefined ? { value } : refuse('PAYLOAD_INVALID', flaw)
}

/** Of a text that is JSON: too deep, or a key that stands twice in one object. */
function flawOf(text: string): string | undefined {
  /** One for each open level; of an object its keys. */
  const levels: (Set<string> | undefined)[] = []
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      levels.push(token === '{' ? new Set() : undefined)
      if (levels.length > MAX_DEPTH) return `nested more than ${MAX_DEPTH} levels deep`
    } else if (token === '}' || token === ']') levels.pop()
    else {
      COLON.lastIndex = index + token.length
      if (!COLON.test(text)) continue
      const keys = levels.at(-1)
      const key = JSON.parse(token) as string
      if (keys?.has(key)) return 'a key stands twice in one object'
      keys?.add(key)
    }
  }
  return undefined
}

function refuse(code: ErrorCode, detail: string): { refused: Refusal } {
  return { refused: { code, detail } }
}
