import { openSender } from '../../../../alerting/notify/channels/channel-thread.ts'
import { silentLogger } from '../../../../contracts/logger.ts'
import { delivery, emailChannel, webhookChannel } from './scene.ts'

/** A program of its own: what is loaded by channels of the kind that it is started with. */
const sender = openSender({ logger: silentLogger })
const channel =
  process.argv[2] === 'email' ? emailChannel({ port: 1 }) : webhookChannel({ url: 'http://127.0.0.1:1/' })
await sender.configure('farm', [channel])
await sender.send(delivery()).catch((error: Error) => process.stdout.write(`${error.message}\n`))
await sender.close()
