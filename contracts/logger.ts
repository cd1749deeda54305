import { type DestinationStream, pino } from 'pino'

/** What anything that logs asks for. Fields first, then the sentence, as pino has it. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Logger
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** JSON lines on stderr, since stdout is for results. */
export function createLogger(options: { name: string; level: LogLevel; stream?: DestinationStream }): Logger {
  return pino(
    { name: options.name, level: options.level, base: { name: options.name } },
    options.stream ?? pino.destination({ fd: 2, sync: true }),
  )
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
}
