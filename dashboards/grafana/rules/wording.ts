/** A text of the facility file within a template of Grafana, which sees none of its braces. */
export function said(text: string): string {
  return text.replaceAll('{', '{{"{"}}')
}

/** The name of the sensor that an alert is about, in brackets; nothing where it has no other name than its id. */
export function nameOfSensor(sensors: readonly { readonly id: string; readonly name: string }[]): string {
  const named = sensors.filter(({ id, name }) => name !== id)
  if (named.length === 0) return ''
  const cases = named.map(
    ({ id, name }, index) =>
      `${index === 0 ? 'if' : 'else if'} eq $labels.sensor ${quoted(id)} }} (${said(name)})`,
  )
  return `{{ ${cases.join('{{ ')}{{ end }}`
}

/** A string of Go, which knows every escape of JSON but halves of a pair. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed())
}

/** `12` and `sensors`, or `1` and `sensor`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
