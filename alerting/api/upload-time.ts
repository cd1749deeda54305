import type { FastifyRequest } from 'fastify'
import type { Api } from './routes.ts'

/** A photo from a phone with a poor connection takes minutes; the whole of any request has to come within them, ms. */
export const UPLOAD_MS = 180_000

/**
 * The server itself gives every request the time of the largest; here those that are small by their route get theirs.
 * Whoever sends one byte now and then holds a connection no longer than that. `limit` is the body that every route takes,
 * bytes.
 */
export function limitUploadTime(app: Api, { ms, limit }: { ms: number; limit: number }): void {
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.bodyLimit > limit || !hasBody(request)) return
    const { raw } = request
    const timer = setTimeout(() => raw.destroy(), ms)
    for (const end of ['end', 'close']) raw.once(end, () => clearTimeout(timer))
  })
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
