import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import type { FacilityFile } from '../facility-schema.ts'
import type { Sound } from '../sound-parts.ts'

const AT: Path = ['server', 'register']

/** What the schema cannot say of the database of the register. */
export function databaseProblems(server: Sound<FacilityFile>['server']): Problem[] {
  const { kind = 'sqlite', url, ...files } = server?.register ?? {}
  if (kind === 'sqlite')
    return Object.entries({ url, ...files })
      .filter(([, value]) => value !== undefined)
      .map(([key]) => ({ path: [...AT, key], message: 'belongs to kind postgresql' }))
  if (url === undefined) return [{ path: AT, message: 'kind postgresql needs url' }]
  const wrong = urlProblem(url)
  return wrong === undefined ? [] : [{ path: [...AT, 'url'], message: wrong }]
}

/** What is wrong is not repeated: it may hold a password. */
function urlProblem(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) return 'expected postgres://user@host/database'
  if (url.password !== '')
    return 'holds a password: give it in passwordFile or DAVYLAMP_REGISTER_PASSWORD instead'
  if (url.username === '' || url.hostname === '' || !/^\/[^/]+$/.test(url.pathname))
    return 'expected postgres://user@host/database'
  if (url.search !== '' || url.hash !== '') return 'takes no options behind the database'
  return isDecodable(url) ? undefined : 'has a % that means nothing'
}

function isDecodable({ username, pathname }: URL): boolean {
  try {
    return decodeURIComponent(`${username}${pathname}`) !== ''
  } catch {
    return false
  }
}
