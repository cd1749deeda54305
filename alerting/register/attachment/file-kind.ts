import { CodedError } from '../../../contracts/errors.ts'

/** What may be attached, and the extensions that say so. Key: media type as file-type names it. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'image/gif': ['gif'],
  'image/heic': ['heic', 'heif'],
  'image/heif': ['heic', 'heif'],
  'application/pdf': ['pdf'],
  'video/mp4': ['mp4', 'm4v'],
  'video/x-m4v': ['mp4', 'm4v'],
}
const TEXT = 'text/plain'
const TEXT_EXTENSIONS = ['txt', 'csv', 'log']

/** What a text never holds: what it does hold is tabs, line feeds, carriage returns and form feeds. */
const CONTROL = /[^\P{Cc}\t\n\r\f]/u

/**
 * Media type by the content; the name has to say the same, so that nobody opens one thing as another.
 * @throws CodedError ATTACHMENT_TYPE
 */
export async function fileKind(bytes: Uint8Array, name: string): Promise<string> {
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  // Some texts begin like a file of another kind.
  if (TEXT_EXTENSIONS.includes(extension) && isText(bytes)) return TEXT
  // Loaded with the first file.
  const { fileTypeFromBuffer } = await import('file-type')
  const type = (await fileTypeFromBuffer(bytes))?.mime ?? (isText(bytes) ? TEXT : undefined)
  const extensions = type === TEXT ? TEXT_EXTENSIONS : EXTENSIONS[type ?? '']
  if (type === undefined || extensions === undefined)
    throw new CodedError('ATTACHMENT_TYPE', `${name}: ${type ?? 'of no kind that is known'}`)
  if (!extensions.includes(extension))
    throw new CodedError(
      'ATTACHMENT_TYPE',
      `${name} is ${type}: expected ${extensions.join(' or ')} at its end`,
    )
  return type
}

function isText(bytes: Uint8Array): boolean {
  try {
    return !CONTROL.test(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return false
  }
}
