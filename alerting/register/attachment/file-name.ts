import { CodedError } from '../../../contracts/errors.ts'

const LONGEST = 120
/** Longer endings are part of the name. */
const LONGEST_EXTENSION = 10

/**
 * A name that can be written to any disk: no path, no control or invisible characters, none that Windows refuses,
 * 120 characters at most with its extension. @throws CodedError REQUEST_INVALID when nothing is left
 */
export function cleanName(given: string): string {
  const last = given.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const cleaned = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_')
    .replaceAll(/\s+/g, ' ')
    // Neither hidden, nor cut by Windows.
    .replaceAll(/^[. ]+|[. ]+$/g, '')
  if (cleaned === '') throw new CodedError('REQUEST_INVALID', 'the attachment has no name')
  return shortened(cleaned)
}

function shortened(name: string): string {
  const characters = [...name]
  if (characters.length <= LONGEST) return name
  const dot = characters.lastIndexOf('.')
  const extension = dot > 0 && characters.length - dot <= LONGEST_EXTENSION ? characters.slice(dot) : []
  return [...characters.slice(0, LONGEST - extension.length), ...extension].join('')
}
