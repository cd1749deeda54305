import { expect, test } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { checkServer } from '../../ingest/server-check.ts'

const facility = (server: string) =>
  parseFacility(
    `{ facility: { id: plant }, server: ${server}, gateways: [ { id: gw-1, buses: [] } ] }`,
    'plant.yaml',
  )
const TLS = 'tls: { cert: a.pem, key: a.key }'

test.each(['{ auth: off }', `{ auth: off, ${TLS} }`, '{ auth: off, listen: "[::1]:8080" }'])(
  '%s is served',
  (server) => expect(() => checkServer(facility(server))).not.toThrow(),
)

test.each([
  ['nobody signs in', `{ auth: off, listen: "0.0.0.0:8443", ${TLS} }`, 'AUTH_OFF_NOT_LOOPBACK'],
  ['what is sent can be read on the way', '{ auth: required, listen: "0.0.0.0:8080" }', 'TLS_REQUIRED'],
])('beyond loopback nothing is served where %s', (_, server, code) => {
  expect(() => checkServer(facility(server))).toThrow(expect.objectContaining({ code }))
})
