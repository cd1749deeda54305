import { brokerName } from './facility-files.ts'
import type { Places } from './layout.ts'
import { type DeploymentOptions, urlHost } from './options.ts'

/** Where people open Grafana. */
export function grafanaUrl(options: DeploymentOptions): string {
  return `https://${urlHost(peopleHost(options))}:${options.ports.grafana}`
}

/** Where people open the console. */
export function consoleUrl(options: DeploymentOptions): string {
  return `https://${urlHost(peopleHost(options))}:${options.ports.https}`
}

function peopleHost(options: DeploymentOptions): string {
  return options.names.length === 0 ? 'localhost' : brokerName(options)
}

/** grafana.ini: HTTPS, nobody without an account, no default password, nothing sent out. For 9.4 and later. */
export function grafanaSettings(options: DeploymentOptions, { grafana, grafanaData }: Places): string {
  return `; Written by npm run deploy -- init: run it again rather than change this file.
[server]
protocol = https
http_addr = ${options.native ? options.listen : ''}
http_port = ${options.ports.grafana}
cert_file = ${grafana}/tls.crt
cert_key = ${grafana}/tls.key
root_url = ${grafanaUrl(options)}/

[paths]
data = ${grafanaData}
plugins = ${grafanaData}/plugins
provisioning = ${grafana}/provisioning

[security]
admin_user = admin
admin_password = $__file{${grafana}/admin-password}
secret_key = $__file{${grafana}/secret-key}
cookie_secure = true
cookie_samesite = strict
strict_transport_security = true
content_security_policy = true
disable_gravatar = true
allow_embedding = false

[users]
allow_sign_up = false
allow_org_create = false
default_theme = dark

[auth]
disable_login_form = false
oauth_auto_login = false

[auth.anonymous]
enabled = false

[auth.basic]
enabled = true

[snapshots]
external_enabled = false

[public_dashboards]
enabled = false

[unified_alerting]
enabled = true

[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false

[plugins]
plugin_admin_enabled = false
preinstall_disabled = true

[news]
news_feed_enabled = false

[log]
mode = console
level = info
`
}
