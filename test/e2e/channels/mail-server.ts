import { readFileSync } from 'node:fs'
import { SMTPServer } from 'smtp-server'

/**
 * A mail server in a process of its own. Arguments: certificate, key, user, password, `tls` or `starttls`. It writes a
 * line of JSON for itself and for each message that it takes.
 */
const [cert = '', key = '', user = '', password = '', security = ''] = process.argv.slice(2)
const tell = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
let count = 0

const server = new SMTPServer({
  cert: readFileSync(cert),
  key: readFileSync(key),
  secure: security === 'tls',
  authMethods: ['PLAIN', 'LOGIN'],
  onAuth: ({ username, password: given }, _session, done) =>
    username === user && given === password
      ? done(null, { user })
      : done(new Error('wrong user or password')),
  onRcptTo: ({ address }, _session, done) =>
    address.startsWith('gone')
      ? done(Object.assign(new Error('no such user'), { responseCode: 550 }))
      : done(),
  onData: (stream, session, done) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      count += 1
      const { envelope, secure } = session
      tell({
        message: Buffer.concat(chunks).toString('latin1'),
        from: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
        to: envelope.rcptTo.map(({ address }) => address),
        user: session.user,
        secure,
      })
      done(null, `queued as ${count}`)
    })
  },
})
server.on('error', () => undefined)
server.listen(0, '127.0.0.1', () => {
  const address = server.server.address()
  tell({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})
