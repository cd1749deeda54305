import { CodedError } from '../../../../contracts/errors.ts'

/** What is sent anyway, or says how it is sent. */
const OURS =
  /^(content-length|content-type|host|connection|transfer-encoding|expect|upgrade|te|trailer|keep-alive|accept|user-agent|idempotency-key|davylamp-.*)$/
const MOST = 32

/** One `Name: value` a line; empty lines and those that begin with # are skipped. @throws CodedError OUTBOUND_HEADERS_INVALID, without a value */
export function headersIn(text: string): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [, name = '', value = ''] =
      /^([!#$%&'*+.^_`|~\w-]{1,100}):[ \t]*([\x20-\x7e]{1,4000})$/.exec(line) ?? []
    const key = name.toLowerCase()
    if (key === '') throw new CodedError('OUTBOUND_HEADERS_INVALID', `line ${index + 1}: no \`Name: value\``)
    if (OURS.test(key) || key in headers)
      throw new CodedError('OUTBOUND_HEADERS_INVALID', `line ${index + 1}: ${key} is sent already`)
    headers[key] = value.trim()
  }
  if (Object.keys(headers).length > MOST)
    throw new CodedError('OUTBOUND_HEADERS_INVALID', `more than ${MOST} headers`)
  return headers
}
