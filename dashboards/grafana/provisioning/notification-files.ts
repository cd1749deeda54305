import { PRIORITIES } from '../../../contracts/facility-words.ts'
import type { ContactOptions } from './provision-options.ts'
import { literal, yamlFile } from './yaml-file.ts'

/** Our contact point, when somebody is to be told; every Grafana has the other one. */
const CONTACT = 'Davylamp'
const GRAFANAS_OWN = 'grafana-default-email'
/** Alerts that say that a rule could not be evaluated. */
const BLIND = 'DatasourceError|DatasourceNoData'

/** How long alerts wait for others of their group, for more of it, and until they are told again. */
const PATIENCE = {
  critical: { group_wait: '0s', group_interval: '1m', repeat_interval: '15m' },
  high: { group_wait: '10s', group_interval: '2m', repeat_interval: '1h' },
  medium: { group_wait: '30s', group_interval: '5m', repeat_interval: '4h' },
  low: { group_wait: '1m', group_interval: '10m', repeat_interval: '24h' },
} as const

export function hasContact({ emails = [], webhook }: ContactOptions): boolean {
  return emails.length > 0 || webhook !== undefined
}

/** Who is told. Undefined when the files name nobody: then Grafana's own contact point is used. */
export function contactsFile(contacts: ContactOptions): string | undefined {
  const { emails = [], webhook } = contacts
  if (!hasContact(contacts)) return undefined
  const email = {
    uid: 'davylamp-email',
    type: 'email',
    settings: {
      addresses: literal(emails.join(';')),
      singleEmail: true,
      subject: '{{ template "davylamp.title" . }}',
      message: '{{ template "davylamp.message" . }}',
    },
    disableResolveMessage: false,
  }
  const hook = {
    uid: 'davylamp-webhook',
    type: 'webhook',
    settings: { url: literal(webhook ?? ''), httpMethod: 'POST' },
    disableResolveMessage: false,
  }
  const receivers = [...(emails.length > 0 ? [email] : []), ...(webhook === undefined ? [] : [hook])]
  return yamlFile({ contactPoints: [{ orgId: 1, name: CONTACT, receivers }] })
}

/** Who is told of what, and how soon: the more urgent, the sooner; a facility at a time. */
export function policiesFile(contacts: ContactOptions): string {
  const receiver = hasContact(contacts) ? CONTACT : GRAFANAS_OWN
  const ours = ['source', '=', 'davylamp']
  const blind = {
    receiver,
    group_by: ['alertname', 'facility'],
    object_matchers: [
      ['alertname', '=~', BLIND],
      ['datasource_uid', '=', 'davylamp'],
    ],
    ...PATIENCE.high,
  }
  const byPriority = PRIORITIES.toReversed().map((priority) => ({
    receiver,
    group_by: ['facility', 'area', 'rule'],
    object_matchers: [ours, ['severity', '=', priority]],
    ...PATIENCE[priority],
  }))
  return yamlFile({
    policies: [
      { orgId: 1, receiver, group_by: ['grafana_folder', 'alertname'], routes: [blind, ...byPriority] },
    ],
  })
}

/** How a message reads. Without a `$`, which Grafana would take for a variable. */
const TEMPLATE = `{{ define "davylamp.title" -}}
{{ .CommonLabels.facility }}{{ if .CommonLabels.severity }}, {{ .CommonLabels.severity }}{{ end }}:
{{- if .Alerts.Firing }} {{ len .Alerts.Firing }} firing{{ end }}
{{- if .Alerts.Resolved }} {{ len .Alerts.Resolved }} returned{{ end }}
{{- end }}
{{ define "davylamp.message" -}}
{{ range .Alerts.Firing }}{{ template "davylamp.alert" . }}
{{ end -}}
{{ range .Alerts.Resolved }}RETURNED {{ template "davylamp.alert" . }}
{{ end -}}
{{ end }}
{{ define "davylamp.alert" -}}
{{ .Labels.severity }}: {{ .Annotations.summary }}
{{ .Annotations.description }}
What to do: {{ .Annotations.runbook_url }}
Console: {{ .Annotations.console }}
{{ end }}
`

export function templatesFile(): string {
  return yamlFile({ templates: [{ name: 'davylamp', template: TEMPLATE }] })
}
