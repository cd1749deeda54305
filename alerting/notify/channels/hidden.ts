/** What may stand in no error, log line or receipt. Shorter ones are no secrets, and would blot out half a sentence. */
const SHORTEST = 4

/** The text without any of the secrets, as they are or as they are sent. */
export function hidden(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets
    .flatMap((secret) => (secret === undefined || secret.length < SHORTEST ? [] : formsOf(secret)))
    .sort((a, b) => b.length - a.length)
  return forms.reduce((left, form) => left.replaceAll(form, '***'), text)
}

function formsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret.toWellFormed())
  const base64 = Buffer.from(secret).toString('base64')
  return [secret, encoded, base64, base64.replace(/=+$/, '')].filter((form) => form.length >= SHORTEST)
}

/** Of a URL that is a secret itself: whatever of it lets somebody send by it. */
export function secretsOf(url: URL): string[] {
  const { href, pathname, search, username, password } = url
  const values = [...url.searchParams.values(), ...pathname.split('/').map(decoded)]
  return [href, `${pathname}${search}`, search, username, password, ...values.filter(isLikeKey)]
}

/** `api` and `v1` of a path are words that a person may read; a key is longer. */
function isLikeKey(part: string): boolean {
  return part.length >= 8
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
