import { LEVELS, type Level, type Rule } from '../review/finding.ts'
import { RULES } from '../review/review.ts'
import { code, page, table } from './markdown.ts'

const INTRODUCTION = `\`npm run ingest -- check --config FILE\` looks at every alarm by these rules. Each finding has the name of its
rule, file, line, path and what to do. How to rationalize an alarm is in [alarm-philosophy.md](../alarm-philosophy.md).`

const HEADINGS: Readonly<Record<Level, string>> = {
  refusal: `## Refused

\`check\` fails. A server that is started with such a file watches the plant all the same, and logs each of them as an
error: an alarm that is set wrongly is better than none.`,
  advice: `## Advice

Said, and no more.`,
}

/** docs/reference/checks.md: every rule about alarms, with its clause. */
export function checksPage(): string {
  const tables = LEVELS.map(
    (level) => `${HEADINGS[level]}\n\n${rows(RULES.filter((rule) => rule.level === level))}`,
  )
  return page('Checks of alarms', [INTRODUCTION, ...tables])
}

function rows(rules: readonly Rule[]): string {
  return table(
    ['Rule', 'What has to be so', 'Clause', 'What to do'],
    rules.map(({ id, demands, clause, remedy }) => [code(id), demands, clause, remedy]),
  )
}
