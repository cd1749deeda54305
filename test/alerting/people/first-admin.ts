import { PASSWORD, type PeopleScene } from './people-scene.ts'

/** `chief` comes by the link that a server without an administrator makes: the header of their session. */
export async function firstAdminOf(scene: PeopleScene): Promise<{ cookie: string }> {
  const body = { code: scene.people.firstLink?.code ?? '', name: 'chief', password: PASSWORD }
  const response = await scene.ask('/api/v1/links/use', { body })
  return { cookie: String(response.headers['set-cookie']).split(';')[0] ?? '' }
}
