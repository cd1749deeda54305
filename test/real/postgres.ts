import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { takePort } from '../ports.ts'

/** Of Debian 12. */
export const POSTGRES = '/usr/lib/postgresql/15/bin/postgres'
const INITDB = '/usr/lib/postgresql/15/bin/initdb'
/** A user of its own that Debian's package makes: PostgreSQL refuses root. */
const OWNER = 'postgres'

/** For tests alone: what a crash of the machine would lose does not matter. */
const SETTINGS = `listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
max_connections = 60
log_min_messages = fatal
password_encryption = scram-sha-256
`

/** A real PostgreSQL in a folder of its own, which can be stopped and started again. */
export class Postgres implements AsyncDisposable {
  readonly port: number
  readonly password = 'a password with ümlaut'
  readonly #folder: string
  #process: ChildProcess | undefined
  #databases = 0

  private constructor(port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  /** `settings` are further lines of postgresql.conf; key: name of a file beside it that they name. */
  static async started(settings = '', files: Readonly<Record<string, string>> = {}): Promise<Postgres> {
    const port = await takePort()
    const folder = mkdtempSync(join(tmpdir(), 'davylamp-postgres-'))
    const postgres = new Postgres(port, folder)
    postgres.#initialize(settings, files)
    try {
      await postgres.start()
      return postgres
    } catch (error) {
      await postgres[Symbol.asyncDispose]()
      throw error
    }
  }

  urlOf(database: string): string {
    return `postgres://davylamp@127.0.0.1:${this.port}/${database}`
  }

  async start(): Promise<void> {
    const [command = '', ...args] = asOwner(
      POSTGRES,
      '-D',
      join(this.#folder, 'data'),
      '-p',
      String(this.port),
    )
    const started = spawn(command, args, { stdio: 'ignore' })
    this.#process = started
    let last: unknown
    // A minute: a machine may be busy.
    for (let tries = 0; tries < 2_400; tries += 1) {
      if (started.exitCode !== null) throw new Error(`postgres ended with ${started.exitCode}`)
      try {
        await this.ask('SELECT 1')
        return
      } catch (error) {
        last = error
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('postgres does not answer', { cause: last })
  }

  /** SIGINT closes the connections of others, SIGQUIT is a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const running = this.#process
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const ended = once(running, 'exit')
    running.kill(signal)
    await ended
  }

  /** SQL of an administrator. */
  async ask(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const { port, password } = this
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'davylamp', password, database })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  }

  /** The name of a new database. */
  async createDatabase(): Promise<string> {
    this.#databases += 1
    const name = `register_${this.#databases}`
    await this.ask(`CREATE DATABASE ${name} STRATEGY file_copy`)
    return name
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #initialize(settings: string, files: Readonly<Record<string, string>>): void {
    const uid = Number(execFileSync('id', ['-u', OWNER], { encoding: 'utf8' }))
    const give = (path: string) => isRoot() && chownSync(path, uid, uid)
    give(this.#folder)
    const passwordFile = join(this.#folder, 'password')
    writeFileSync(passwordFile, this.password)
    give(passwordFile)
    const data = join(this.#folder, 'data')
    const [command = '', ...args] = asOwner(
      ...[INITDB, '-D', data, '-U', 'davylamp', '--pwfile', passwordFile, '--no-sync'],
      // As on most machines, where texts are not in the order of their code points.
      ...[
        '--auth',
        'scram-sha-256',
        '--encoding',
        'UTF8',
        '--locale-provider',
        'icu',
        '--icu-locale',
        'en-US',
      ],
    )
    execFileSync(command, args, { stdio: 'pipe', cwd: this.#folder })
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(data, name), content, { mode: 0o600 })
      give(join(data, name))
    }
    const config = join(data, 'postgresql.conf')
    writeFileSync(config, `${readFileSync(config, 'utf8')}\n${SETTINGS}${settings}\n`)
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** Signals reach the program itself: setpriv puts it in its own place. */
function asOwner(...command: string[]): string[] {
  return isRoot()
    ? ['setpriv', `--reuid=${OWNER}`, `--regid=${OWNER}`, '--clear-groups', '--', ...command]
    : command
}
