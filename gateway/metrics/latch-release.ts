import { CodedError } from '../../contracts/errors.ts'

/** Over-range latches of the sensors that are read. */
export interface Latches {
  /** Ids of the sensors whose latch is closed. */
  latched(): string[]
  /** False when the sensor has none that is closed. */
  release(sensor: string): boolean
}

/** Who opens a latch by hand, and why: it goes into the log. */
export interface ReleaseRequest {
  readonly by: string
  readonly reason: string
}

/** Longest name and reason, characters. */
const LONGEST = { by: 100, reason: 1_000 } as const

/** @throws CodedError RELEASE_INVALID for anything but a name and a reason. */
export function parseRelease(body: string): ReleaseRequest {
  let content: unknown
  try {
    content = JSON.parse(body)
  } catch (error) {
    throw new CodedError('RELEASE_INVALID', `the body is no JSON: ${(error as Error).message}`, {
      cause: error,
    })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new CodedError('RELEASE_INVALID', 'the body is no JSON object')
  const { by, reason } = content as Partial<Record<string, unknown>>
  return { by: textOf('by', by), reason: textOf('reason', reason) }
}

function textOf(key: keyof typeof LONGEST, value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new CodedError('RELEASE_INVALID', `"${key}" is missing`)
  if (value.length > LONGEST[key])
    throw new CodedError('RELEASE_INVALID', `"${key}" is longer than ${LONGEST[key]} characters`)
  return value.trim()
}
