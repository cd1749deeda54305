import { DrilledService } from './drilled-service.ts'
import type { Lives } from './lives.ts'
import type { ServiceOptions } from './service.ts'

/** A gateway, with the record of its runs. */
export class GatewayService extends DrilledService {
  readonly #lives: Lives

  constructor(
    options: Pick<ServiceOptions, 'name' | 'folder' | 'logFile' | 'onCrash'> & {
      lives: Lives
      argv: readonly string[]
    },
  ) {
    const { lives, name, onCrash, ...rest } = options
    super({
      ...rest,
      name,
      module: 'gateway-process.ts',
      begin: () => lives.begin(name).id,
      onCrash: (crash) => {
        lives.end(name)
        onCrash(crash)
      },
    })
    this.#lives = lives
  }

  override async kill(): Promise<void> {
    this.#lives.end(this.name)
    await super.kill()
  }

  override async stop(): Promise<void> {
    this.#lives.end(this.name)
    await super.stop()
  }

  override pause(): void {
    this.#lives.pause(this.name)
    super.pause()
  }

  override resume(): void {
    this.#lives.resume(this.name)
    super.resume()
  }
}
