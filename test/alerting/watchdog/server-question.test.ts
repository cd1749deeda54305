import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { askServer, serverUrl } from '../../../alerting/watchdog/server-question.ts'
import { watched, watchedText } from './watched.ts'

async function asked(answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  try {
    return await askServer(url)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const says = (status: number, body: string) =>
  asked((_request, response) => response.writeHead(status).end(body))

describe('the server is asked', () => {
  it('and says whether it is ready', async () => {
    expect(await says(200, '{"status":"ok"}')).toEqual({ says: 'ready' })
    expect(await says(503, '{"status":"waiting","waitingFor":["mqtt"]}')).toEqual({
      says: 'waiting',
      for: ['mqtt'],
    })
    expect(await says(503, '{"status":"waiting"}')).toEqual({ says: 'waiting', for: [] })
  })

  it.each([
    [200, '<html>'],
    [502, 'bad gateway'],
    [200, `{"status":"ok","x":"${'x'.repeat(100_000)}"}`],
  ])('and %s %.20s is no answer of it', async (status, body) => {
    expect(await says(status, body)).toMatchObject({
      says: 'silent',
      detail: expect.stringContaining(`HTTP ${status}`),
    })
  })

  it('and may not be there, or end in the middle', async () => {
    expect(await askServer('http://127.0.0.1:1/readyz')).toMatchObject({
      says: 'silent',
      detail: 'ECONNREFUSED',
    })
    expect(
      await asked((_request, response) => {
        response.writeHead(200, { 'content-length': 100 })
        response.write('{')
        response.socket?.destroy()
      }),
    ).toMatchObject({ says: 'silent' })
  })

  it('where people open it, else where it listens', () => {
    expect(serverUrl(watched().facility)).toBe('http://127.0.0.1:8080/readyz')
    const text = watchedText().replace('notify:\n', 'notify:\n  url: "https://davylamp.plant.example/"\n')
    expect(serverUrl(watched(text).facility)).toBe('https://davylamp.plant.example/readyz')
  })
})
