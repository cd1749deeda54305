/** True when a facility file is JSON: YAML would read it too, but not what YAML writes. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
