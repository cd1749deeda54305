import { hash } from 'node:crypto'

/** Crockford's base 32: without letters that are taken for others when they are written down. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const BYTES = 16
const LENGTH = 26
const GROUP = /.{5}(?=.{5})/g

/** What a reporter asks with; 128 bits of chance, such as `01ARZ-3NDEK-TSV4R-RFFQ6-9G5FAV`. */
export function newReceipt(random: (bytes: number) => Buffer): string {
  let value = BigInt(`0x${random(BYTES).toString('hex')}`)
  let text = ''
  for (let n = 0; n < LENGTH; n++) {
    text = `${LETTERS[Number(value % 32n)]}${text}`
    value /= 32n
  }
  return text.replace(GROUP, '$&-')
}

/** What is kept of it; undefined for what is no receipt. People write small letters, spaces, and O for 0. */
export function receiptHash(text: string): string | undefined {
  const plain = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(plain)) return undefined
  return hash('sha256', `davylamp report receipt\n${plain}`)
}
