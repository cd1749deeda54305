import type { AlarmClassFile } from './alarm-schema.ts'
import type { Acknowledging, Bypassing, Shelving } from './facility-words.ts'
import { ms } from './resolve-parts.ts'

/** What alarms of one class have in common (ISA-18.2: alarm class). */
export interface AlarmClass {
  readonly id: string
  readonly acknowledge: Acknowledging
  readonly shelving: Shelving
  readonly maxShelveMs: number
  /** Suppressing by hand and taking out of service. */
  readonly bypass: Bypassing
  /** Kept apart in a flood, and never a consequence. */
  readonly lifeSafety: boolean
}

/** Of the synthetic alarm of the watchdog: it is for no operator, and no figure counts it. */
export const WATCHDOG_CLASS = 'watchdog'

const PROCESS: Omit<AlarmClass, 'id'> = {
  acknowledge: 'required',
  shelving: 'allowed',
  maxShelveMs: ms('24h'),
  bypass: 'allowed',
  lifeSafety: false,
}

/** The classes that are there without being declared. Key: the class. */
const STANDARD: Readonly<Record<string, Omit<AlarmClass, 'id'>>> = {
  process: PROCESS,
  environmental: PROCESS,
  [WATCHDOG_CLASS]: { ...PROCESS, acknowledge: 'auto' },
  safety: { ...PROCESS, shelving: 'never', bypass: 'two-person', lifeSafety: true },
}

export const STANDARD_CLASSES: readonly string[] = Object.keys(STANDARD)

/** Of an alarm whose file says nothing. */
export const PROCESS_CLASS: AlarmClass = { id: 'process', ...PROCESS }

/** The standard classes, and those of a file; a standard one that the file names too is changed by it. Key: the class. */
export function resolveClasses(files: Readonly<Record<string, AlarmClassFile>>): Map<string, AlarmClass> {
  const ids = new Set([...STANDARD_CLASSES, ...Object.keys(files)])
  return new Map(Array.from(ids, (id) => [id, resolveClass(id, files[id] ?? {})]))
}

function resolveClass(id: string, { maxShelve, ...file }: AlarmClassFile): AlarmClass {
  const maxShelveMs = maxShelve === undefined ? PROCESS.maxShelveMs : ms(maxShelve)
  return { id, ...PROCESS, ...STANDARD[id], ...file, maxShelveMs }
}
