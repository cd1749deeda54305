/** Above this a picture is made smaller: the line at the edge of a plant is thin. Bytes. */
const LARGE_BYTES = 800_000
/** Its longer side then, pixels. */
const LONGEST = 1_920
const QUALITY = 0.8

/** A picture as it is worth sending; what the browser cannot read goes as it is. */
export async function smallPhoto(file: File): Promise<File> {
  if (file.size <= LARGE_BYTES) return file
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(bitmap.width * scale))
    canvas.height = Math.max(1, Math.round(bitmap.height * scale))
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
    if (blob === null || blob.size >= file.size) return file
    return new File([blob], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: blob.type })
  } catch {
    return file
  }
}
