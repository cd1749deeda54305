/**
 * Baseline of the bench `field`: reads the same registers from the same servers once a second each, over plain
 * sockets, and does nothing with them but add them up.
 *
 * Usage: node bare-reader.ts PORTS.json REGISTERS. Prints {"polls","late","sum","at"} once a second until it is
 * ended.
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

const POLL_MS = 1_000
const HEADER = 9

const [portsFile = '', registersText = '0'] = process.argv.slice(2)
const ports = JSON.parse(readFileSync(portsFile, 'utf8')) as number[]
const registers = Number(registersText)
const replyLength = HEADER + registers * 2
const request = Buffer.from([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, registers])
const total = { polls: 0, late: 0, sum: 0 }

function read(socket: Socket): void {
  let pending = false
  let reply = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    reply = reply.length === 0 ? chunk : Buffer.concat([reply, chunk])
    if (reply.length < replyLength) return
    for (let at = HEADER; at < replyLength; at += 4) total.sum += reply.readFloatBE(at)
    total.polls += 1
    pending = false
    reply = Buffer.alloc(0)
  })
  setInterval(() => {
    if (pending) total.late += 1
    else socket.write(request)
    pending = true
  }, POLL_MS)
}

for (const [index, port] of ports.entries()) {
  setTimeout(
    () => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true })
      socket.once('connect', () => read(socket))
    },
    (POLL_MS * index) / ports.length,
  )
}
setInterval(() => process.stdout.write(`${JSON.stringify({ ...total, at: performance.now() })}\n`), POLL_MS)
