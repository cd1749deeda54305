import { readFile } from 'node:fs/promises'
import { CodedError } from '../../../contracts/errors.ts'

/**
 * A secret or certificate of a channel as it stands now, without the line feed that editors end it with; `key` named
 * the file. @throws CodedError CHANNEL_REFUSED, since without it the other side takes nothing
 */
export async function channelFile(file: string, key: string): Promise<string> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as { code?: string }
    throw new CodedError('CHANNEL_REFUSED', `${key}: ${file} cannot be read (${code ?? String(error)})`, {
      cause: error,
    })
  }
  const content = text.replace(/\r?\n$/, '')
  if (content === '') throw new CodedError('CHANNEL_REFUSED', `${key}: ${file} is empty`)
  return content
}
