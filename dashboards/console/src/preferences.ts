/** What the browser remembers for the next visit. Key: what it is. */
const KEYS = {
  language: 'davylamp.language',
  facility: 'davylamp.facility',
  /** Who acts at this browser. */
  person: 'davylamp.person',
  /** `on`: messages of the browser while the page is hidden. */
  notices: 'davylamp.notices',
} as const
export type Preference = keyof typeof KEYS

export function recall(preference: Preference): string | null {
  try {
    return localStorage.getItem(KEYS[preference])
  } catch {
    // Storage may be forbidden; the console then starts with its defaults.
    return null
  }
}

export function remember(preference: Preference, value: string): void {
  try {
    localStorage.setItem(KEYS[preference], value)
  } catch {
    // Storage may be forbidden or full; the choice then holds for this visit.
  }
}
