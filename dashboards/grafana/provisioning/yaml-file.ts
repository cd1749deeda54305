import { stringify } from 'yaml'

/**
 * A text that Grafana takes as it stands: in provisioning files `$NAME` and `${NAME}` are variables of its
 * environment, but for annotations of rules, which it takes as they are.
 */
export function literal(text: string): string {
  return text.replaceAll('$', '$$$$')
}

/** What Grafana reads from a file of its own machine. */
export function fromFile(path: string): string {
  return `$__file{${path}}`
}

/** What every file of ours begins with: others in the folder belong to somebody else. */
export const HEAD =
  '# Written by `npm run dashboards -- provision` from the facility files: change those, not this.\n'

/**
 * A provisioning file. Every text is quoted: Grafana reads an older YAML, to which `no` and `1e3` are no texts.
 */
export function yamlFile(content: object): string {
  const text = stringify(
    { apiVersion: 1, ...content },
    {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
      aliasDuplicateObjects: false,
    },
  )
  return `${HEAD}${text}`
}
