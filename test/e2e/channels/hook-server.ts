import { createServer } from 'node:http'

/**
 * A receiver of webhooks in a process of its own. The path says how it behaves: /ok takes everything; /flaky fails every
 * third request, cuts every seventh after it has taken it, and says nothing to every fiftieth; /busy is always busy.
 * GET /counted gives how often each id was taken.
 */
const counted = new Map<string, number>()
let requests = 0

createServer((request, response) => {
  if (request.url === '/counted') {
    response.end(JSON.stringify([...counted]))
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    requests += 1
    const id = String(request.headers['idempotency-key'])
    const isSame = (JSON.parse(Buffer.concat(chunks).toString()) as { id: string }).id === id
    const take = () => counted.set(id, (counted.get(id) ?? 0) + 1)
    if (!isSame) response.writeHead(400).end('another id in the body')
    else if (request.url === '/busy') response.writeHead(429, { 'retry-after': '7' }).end()
    else if (request.url === '/flaky' && requests % 50 === 0) take()
    else if (request.url === '/flaky' && requests % 7 === 0) {
      take()
      response.destroy()
    } else if (request.url === '/flaky' && requests % 3 === 0) response.writeHead(500).end('not now')
    else {
      take()
      response.end('ok')
    }
  })
}).listen(0, '127.0.0.1', function (this: import('node:net').Server) {
  const address = this.address()
  process.stdout.write(
    `${JSON.stringify({ port: typeof address === 'object' && address !== null ? address.port : 0 })}\n`,
  )
})
