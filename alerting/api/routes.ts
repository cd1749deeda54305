import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import Type from 'typebox'
import { ProblemSchema } from '../../contracts/api.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { CodedError } from '../../contracts/errors.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { ApiPorts, FacilityPort } from './ports.ts'

/** The app that routes are added to, with types from TypeBox. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** Documented answers of a route. */
export function answers<T extends Type.TSchema>(schema: T) {
  return { 200: schema, default: ProblemSchema }
}

export function list<T extends Type.TSchema>(items: T) {
  return Type.Object({
    items: Type.Array(items),
    next: Type.Optional(Type.String({ description: 'Cursor of the next page.' })),
  })
}

export const TimeQuery = {
  from: Type.Optional(
    Type.String({ maxLength: 40, description: 'Inclusive: ISO 8601 with offset, or epoch ms.' }),
  ),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'Exclusive: ISO 8601 with offset, or epoch ms.' }),
  ),
}

export const closed = { additionalProperties: false } as const

/** @throws CodedError FACILITY_UNKNOWN */
export function facilityOf(ports: ApiPorts, id: string): FacilityPort {
  const found = ports.facilities.get(id)
  if (found === undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${id}"`)
  return found
}

/** @throws CodedError REQUEST_INVALID */
export function timeOf(name: string, text: string): number
export function timeOf(name: string, text: string | undefined): number | undefined
export function timeOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  // An unescaped + of an offset arrives as a space.
  const ms = parseIso(text.replace(' ', '+'))
  if (ms === undefined)
    throw new CodedError('REQUEST_INVALID', `${name}: "${text}" is no ISO 8601 time with an offset`)
  return ms
}

/** @throws CodedError REQUEST_INVALID */
export function durationOf(name: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < 1)
    throw new CodedError('REQUEST_INVALID', `${name}: "${text}" is no duration such as 10s`)
  return ms
}
