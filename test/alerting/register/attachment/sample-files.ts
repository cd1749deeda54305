const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0))
const bytes = (...parts: (string | number[])[]) =>
  Buffer.from(parts.flatMap((part) => (typeof part === 'string' ? ascii(part) : part)))

/** A PNG of one pixel. */
const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Beginnings of files of each kind that is taken. Key: a name that says so. */
export const SAMPLES: Readonly<Record<string, { type: string; content: Buffer }>> = {
  'valve.jpg': { type: 'image/jpeg', content: bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF', [0, 1, 1]) },
  'valve.JPEG': { type: 'image/jpeg', content: bytes([0xff, 0xd8, 0xff, 0xdb, 0, 16, 1, 2, 3]) },
  'valve.png': { type: 'image/png', content: Buffer.from(PIXEL, 'base64') },
  'valve.webp': { type: 'image/webp', content: bytes('RIFF', [26, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0]) },
  'valve.gif': { type: 'image/gif', content: bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0]) },
  'valve.heic': { type: 'image/heic', content: bytes([0, 0, 0, 24], 'ftypheic', [0, 0, 0, 0], 'mif1heic') },
  'permit.pdf': { type: 'application/pdf', content: bytes('%PDF-1.7\n%\n1 0 obj\nendobj\n') },
  'round.mp4': { type: 'video/mp4', content: bytes([0, 0, 0, 24], 'ftypisom', [0, 0, 2, 0], 'isommp42') },
  'note.txt': { type: 'text/plain', content: Buffer.from('BM begins a bitmap too\n泵房\t1\r\n') },
  'list.csv': { type: 'text/plain', content: Buffer.from('\ufefftime,value\n1,2\n') },
}
