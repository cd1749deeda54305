import type { FastifyReply, FastifyRequest } from 'fastify'

/** With https the name has a prefix that browsers hold to: no other host and no plain page can set it. */
const SECURE_PREFIX = '__Host-'
const SESSION = 'davylamp'
/** A sign-in that has gone to a provider. */
const ATTEMPT = 'davylamp-sign-in'
/**
 * No script reads it; no page of another site has it sent, not even by a link that is clicked: the console is then
 * loaded without it, and asks with it. Without a length it goes with the browser; its session ends by itself.
 */
const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict'
/** It has to come along when the provider sends the browser back, which is a link from another site. */
const ATTEMPT_ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Lax'

export function sessionIdOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, SESSION)
}

export function setSession(request: FastifyRequest, reply: FastifyReply, id: string): void {
  set(request, reply, `${SESSION}=${id}; ${ATTRIBUTES}`)
}

export function clearSession(request: FastifyRequest, reply: FastifyReply): void {
  set(request, reply, `${SESSION}=; ${ATTRIBUTES}; Max-Age=0`)
}

export function attemptIdOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, ATTEMPT)
}

export function setAttempt(request: FastifyRequest, reply: FastifyReply, id: string, ms: number): void {
  set(request, reply, `${ATTEMPT}=${id}; ${ATTEMPT_ATTRIBUTES}; Max-Age=${Math.ceil(ms / 1_000)}`)
}

export function clearAttempt(request: FastifyRequest, reply: FastifyReply): void {
  set(request, reply, `${ATTEMPT}=; ${ATTEMPT_ATTRIBUTES}; Max-Age=0`)
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const sought = `${prefix(request)}${name}`
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key = '', value = ''] = part.trim().split('=')
    if (key === sought && /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  }
  return undefined
}

function set(request: FastifyRequest, reply: FastifyReply, cookie: string): void {
  reply.header('set-cookie', `${prefix(request)}${cookie}${isSecure(request) ? '; Secure' : ''}`)
}

function prefix(request: FastifyRequest): string {
  return isSecure(request) ? SECURE_PREFIX : ''
}

function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https'
}
