/** The few statements that differ ask which it is. */
export type DialectName = 'sqlite' | 'postgresql'

/** One SQL statement; parameters as {@link bindable} has made them. */
export interface Statement {
  sql: string
  parameters: readonly Bindable[]
}

/** What both databases take as a parameter. */
export type Bindable = null | number | bigint | string | Uint8Array

export interface Outcome {
  rows: Record<string, unknown>[]
  /** Of a statement that changes rows: how many. */
  changes?: number
}

export type Isolation = 'serializable' | 'read committed'

/**
 * One connection, held by one caller until `release`. Statements run one after the other.
 * Errors are CodedErrors with the codes of contracts/register.
 */
export interface Session {
  begin(isolation: Isolation): Promise<void>
  /** Fails, with everything rolled back, when a statement has failed since `begin`. */
  commit(): Promise<void>
  rollback(): Promise<void>
  run(statement: Statement): Promise<Outcome>
  release(): void
}

/** Where sessions come from. */
export interface SessionSource {
  /** Waits until one is free. */
  acquire(): Promise<Session>
  /** No session is held any more. */
  close(): Promise<void>
}
