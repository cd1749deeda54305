import type { Facility } from '../../contracts/facility.ts'
import { People, type PeopleOptions } from './people.ts'

interface Opening extends Pick<PeopleOptions, 'stream' | 'random' | 'logger'> {
  /** Its section `server` is that of all. */
  main: Pick<Facility, 'id' | 'name' | 'server'>
  states: PeopleOptions['store']
  places: { readonly all: ReadonlyMap<string, unknown> }
  steady: { now(): number }
}

/** The people of the server, until the stack is disposed of; undefined where nobody signs in. */
export async function openPeople(stack: AsyncDisposableStack, opening: Opening): Promise<People | undefined> {
  const { main, states, places, stream, steady, random, logger } = opening
  const { auth, sessions } = main.server
  if (auth === 'off') return undefined
  const people = await People.open({
    store: states,
    limits: sessions,
    facilities: { has: (id) => places.all.has(id) },
    words: [main.id, main.name],
    stream,
    now: () => steady.now(),
    random,
    logger,
  })
  stack.defer(() => people.stop())
  people.start()
  return people
}
