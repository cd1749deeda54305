import { ERROR_GROUPS } from '../error-codes.ts'
import type { Duty } from '../error-row.ts'
import { code, page, table } from './markdown.ts'

const DUTIES: Record<Duty, string> = {
  retry: 'It may pass: what was tried is tried again.',
  fatal: 'It stays until a person does what the table says.',
  refused: 'What was sent is refused and counted; everything else goes on.',
}

/** docs/reference/errors.md: every code with its status, duty and remedy. */
export function errorsPage(): string {
  return page('Error codes', [
    `Every error that people or programs see has a stable code. Commands print it with what was wrong and what to do;
the API answers with it as \`application/problem+json\` (RFC 9457), and a gateway is told it when something it sent is
refused. Codes are never reused for something else.`,
    'The duty says what the caller has to do:',
    Object.entries(DUTIES)
      .map(([duty, meaning]) => `- **${duty}**: ${meaning}`)
      .join('\n'),
    ...Object.entries(ERROR_GROUPS).flatMap(([group, rows]) => [
      `## ${group}`,
      table(
        ['Code', 'HTTP', 'Duty', 'What to do'],
        Object.entries(rows).map(([name, row]) => [code(name), String(row.status), row.duty, row.remedy]),
      ),
    ]),
  ])
}
