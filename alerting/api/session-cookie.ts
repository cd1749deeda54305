import type { FastifyReply, FastifyRequest } from 'fastify'

/** With https the name has a prefix that browsers hold to: no other host and no plain page can set it. */
const SECURE_NAME = '__Host-davylamp'
const NAME = 'davylamp'
/**
 * No script reads it; no page of another site has it sent, not even by a link that is clicked: the console is then
 * loaded without it, and asks with it. Without a length it goes with the browser; its session ends by itself.
 */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'

export function sessionIdOf(request: FastifyRequest): string | undefined {
  const name = nameOf(request)
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = part.trim().split('=')
    if (key === name && /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  }
  return undefined
}

export function setSession(request: FastifyRequest, reply: FastifyReply, id: string): void {
  reply.header('set-cookie', `${nameOf(request)}=${id}; ${attributes(request)}`)
}

export function clearSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('set-cookie', `${nameOf(request)}=; ${attributes(request)}; Max-Age=0`)
}

function nameOf(request: FastifyRequest): string {
  return isSecure(request) ? SECURE_NAME : NAME
}

function attributes(request: FastifyRequest): string {
  return isSecure(request) ? `${ATTRIBUTES}; Secure` : ATTRIBUTES
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https'
}
