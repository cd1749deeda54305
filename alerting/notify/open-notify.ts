import type { Logger } from '../../contracts/logger.ts'
import type { StateStore } from '../journal/state-store.ts'
import { AlarmLegs } from './alarm-legs.ts'
import { AnswerDesk } from './answer-desk.ts'
import { AnswerLinks } from './answer-link.ts'
import type { Sender } from './channels/sender.ts'
import { NoticeDesk } from './notice-desk.ts'
import type { NoticeStore } from './notice-store.ts'
import type { NotifiedPlace } from './notified-place.ts'
import { Notifier } from './notifier.ts'

interface Opening {
  states: NoticeStore & Pick<StateStore, 'after' | 'lastSeq' | 'keep' | 'kept'>
  /** Those that are heard. Key: facility. */
  places: () => ReadonlyMap<string, NotifiedPlace>
  sender: Sender
  random: (bytes: number) => Buffer
  steady: { now(): number }
  logger: Logger
}

/** All that tells people, and what they ask about it. */
export interface Notifying {
  readonly notifier: Notifier
  readonly notices: NoticeDesk
  readonly answers: AnswerDesk
  readonly legs: AlarmLegs
}

/** Until the stack is disposed of; nothing is sent before `notifier.start()`. */
export async function openNotify(stack: AsyncDisposableStack, opening: Opening): Promise<Notifying> {
  const { states, places, sender, steady, logger } = opening
  stack.defer(() => sender.close())
  const now = () => steady.now()
  const legs = new AlarmLegs()
  const links = new AnswerLinks(await linkKey(states, opening.random))
  const notifier = await Notifier.open({ places, states, sender, links, legs, now, logger })
  stack.defer(() => notifier.close())
  const notices = new NoticeDesk({ places, states, notifier, legs, now })
  const answers = new AnswerDesk({
    places,
    states,
    links,
    now,
    answered: (notice) => notifier.answered(notice),
  })
  return { notifier, notices, answers, legs }
}

/** Where the key that signs links is kept: of the whole server, and in no file of a facility. */
const KEY_PLACE = ['', 'answer-key'] as const

async function linkKey(
  states: Pick<StateStore, 'keep' | 'kept'>,
  random: Opening['random'],
): Promise<string> {
  const kept = await states.kept(...KEY_PLACE)
  if (kept !== undefined) return kept
  const key = random(32).toString('base64url')
  await states.keep(...KEY_PLACE, key)
  return key
}
