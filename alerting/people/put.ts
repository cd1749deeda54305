import type { Put } from './people-change.ts'
import { type KeptLink, type Person, personKey, type Session, type Token } from './person.ts'

/** Rows under their keys. */
export const put = {
  person: (body: Person): Put => ({ kind: 'person', key: personKey(body.name), body }),
  session: (body: Session): Put => ({ kind: 'session', key: body.hash, body }),
  token: (body: Token): Put => ({ kind: 'token', key: body.hash, body }),
  link: (body: KeptLink): Put => ({ kind: 'link', key: body.hash, body }),
}
