import type { Places } from './layout.ts'
import type { DeploymentOptions } from './options.ts'

/** A batch is 256 KiB at most (docs/reference/wire.md), and an alarm less; topic and header come on top. */
const MAX_PACKET_BYTES = 1280 * 1024

/**
 * The configuration of Mosquitto: TLS only, nobody without a password, nothing beyond the ACL. For 2.0.11 of Debian 12 and
 * later ones of 2.x: it uses no key that came or went in between.
 */
export function brokerConfig(options: DeploymentOptions, { broker, brokerData }: Places): string {
  const { ports, clientCertificates, native, listen, brokerUser } = options
  // In a container every address of it; what is published says the compose file.
  const address = native ? ` ${listen}` : ''
  return `# Written by npm run deploy -- init: run it again rather than change this file.

# Every listener has what stands below it; none speaks without TLS.
listener ${ports.mqtt}${address}
certfile ${broker}/broker.crt
keyfile ${broker}/broker.key
tls_version tlsv1.2
${clientCertificates ? `# Every client shows a certificate of this CA, and its password.\ncafile ${broker}/ca.crt\nrequire_certificate true\n` : ''}max_connections 2000

allow_anonymous false
password_file ${broker}/passwords
acl_file ${broker}/acl
${brokerUser === undefined ? '' : `user ${brokerUser}\n`}
# Retained alarms and states outlast a restart. What gateways send does not have to: they keep it until it is confirmed.
persistence true
persistence_location ${brokerData}/
autosave_interval 60

# Without this a retained message comes 40 ms late.
set_tcp_nodelay true
max_keepalive 120
max_packet_size ${MAX_PACKET_BYTES}
max_inflight_messages 100
# Of a client that does not read, so many wait; the oldest are not kept, and gateways send again what is not confirmed.
max_queued_messages 2000
max_queued_bytes 67108864
memory_limit 0
persistent_client_expiration 1d

log_dest ${native ? 'syslog' : 'stderr'}
log_type error
log_type warning
log_type notice
log_type information
connection_messages true
`
}

/** The configuration of the tool that asks the broker whether it lives; secret, since the password is in it. */
export function healthOptions(
  { ports, clientCertificates }: DeploymentOptions,
  { broker }: Places,
  password: string,
): string {
  const lines = [
    '-h localhost',
    `-p ${ports.mqtt}`,
    `--cafile ${broker}/ca.crt`,
    '-u health',
    `-P ${password}`,
  ]
  if (clientCertificates)
    lines.push(`--cert ${broker}/health/client.crt`, `--key ${broker}/health/client.key`)
  return `${lines.join('\n')}\n`
}
