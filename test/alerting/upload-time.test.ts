import { connect } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import type { Api } from '../../alerting/api/routes.ts'
import { limitUploadTime } from '../../alerting/api/upload-time.ts'

test('a small request that trickles in is cut off, a large one has its time', async () => {
  const app = fastify()
  limitUploadTime(app.withTypeProvider<TypeBoxTypeProvider>() satisfies Api, { ms: 100, limit: 1_000 })
  app.post('/small', { bodyLimit: 1_000 }, async () => 'ok')
  app.post('/large', { bodyLimit: 1_000_000 }, async () => 'ok')
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const slow = (path: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(port, '127.0.0.1')
        let answer = ''
        socket.on('data', (data) => {
          answer += data
          if (answer.includes('ok')) socket.end()
        })
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(answer))
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 4\r\n\r\nnu`,
        )
        setTimeout(() => socket.write('ll'), 500)
      })
    const [small, large] = await Promise.all([slow('/small'), slow('/large')])
    expect(small).toBe('')
    expect(large).toContain('200 OK')
    const quick = await fetch(`http://127.0.0.1:${port}/small`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'null',
    })
    expect(await quick.text()).toBe('ok')
  } finally {
    await app.close()
  }
})
