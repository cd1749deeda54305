import type { Problem } from '../../../../contracts/api.ts'
import type { AttachmentView } from '../../../../contracts/register/hazard-api.ts'
import type { Answer } from '../api-client.ts'

/** The server takes no larger ones. */
export const MOST_BYTES = 10_000_000
export const MOST_MB = MOST_BYTES / 1_000_000
/** A photo takes long over a phone's line at the edge of a plant. */
const TIMEOUT_MS = 300_000

export interface Upload {
  /** Where it belongs: `/api/v1/hazards/7/attachments`. */
  path: string
  file: File
  /** Who sends it, and what it is of. */
  by: { by?: string; item?: string; id?: string }
  /** 0 to 1, of what is sent. */
  onProgress: (share: number) => void
}

/** Sends one file; nothing here throws. Unlike a fetch it says how far it has come. */
export async function upload({ path, file, by, onProgress }: Upload): Promise<Answer<AttachmentView>> {
  let content: string
  try {
    content = await base64Of(file)
  } catch (error) {
    return unreachable(error instanceof Error ? error.message : String(error))
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.timeout = TIMEOUT_MS
    request.setRequestHeader('accept', 'application/json')
    request.setRequestHeader('content-type', 'application/json')
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      if (total > 0) onProgress(loaded / total)
    })
    request.addEventListener('load', () => resolve(answerOf(request)))
    request.addEventListener('error', () => resolve(unreachable('the connection broke')))
    request.addEventListener('timeout', () => resolve(unreachable('it took too long')))
    request.send(JSON.stringify({ name: file.name.slice(0, 200), content, ...by }))
  })
}

function answerOf(request: XMLHttpRequest): Answer<AttachmentView> {
  try {
    if (request.status >= 200 && request.status < 300)
      return { ok: true, value: JSON.parse(request.responseText) as AttachmentView }
    const type = request.getResponseHeader('content-type') ?? ''
    if (type.startsWith('application/problem+json')) {
      const problem = JSON.parse(request.responseText) as Problem
      return { ok: false, failure: { kind: 'problem', problem } }
    }
  } catch {
    // Cut off, or somebody else's answer.
  }
  return unreachable(`HTTP ${request.status}`)
}

function unreachable(detail: string): Answer<AttachmentView> {
  return { ok: false, failure: { kind: 'unreachable', detail } }
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')))
    reader.addEventListener('error', () => reject(reader.error ?? new Error(file.name)))
    reader.readAsDataURL(file)
  })
}
