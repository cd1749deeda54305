import type { Photo } from './report-draft.ts'

/** The longer side of what is sent, pixels. */
const LONGEST = 1_600
const QUALITIES = [0.82, 0.65, 0.5]

/**
 * The picture alone, as JPEG: what the camera noted beside it, such as where it was, stays here.
 * Undefined when the browser cannot read it, or it cannot be made small enough.
 */
export async function shrink(file: File, maxBytes: number): Promise<Photo | undefined> {
  const canvas = await drawn(file)
  if (canvas === undefined) return undefined
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (blob !== null && blob.size <= maxBytes)
      return {
        name: `${file.name.replace(/\.[^.]*$/, '')}.jpg`,
        content: await base64(blob),
        size: blob.size,
      }
  }
  return undefined
}

async function drawn(file: File): Promise<HTMLCanvasElement | undefined> {
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    return canvas
  } catch {
    return undefined
  }
}

function base64(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result).replace(/^data:[^,]*,/, ''))
    reader.onerror = () => reject(reader.error ?? new Error('unreadable'))
    reader.readAsDataURL(blob)
  })
}
