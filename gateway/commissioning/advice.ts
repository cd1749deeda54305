/** Something in a facility file that works, but not as well as people will think. */
export interface Advice {
  /** `serious`: readings will come late or not at all. */
  readonly level: 'warning' | 'serious'
  /** Sensor, device or bus it is about. */
  readonly at: string
  readonly text: string
}

export function warning(at: string, text: string): Advice {
  return { level: 'warning', at, text }
}

export function serious(at: string, text: string): Advice {
  return { level: 'serious', at, text }
}
