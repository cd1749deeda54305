import type { JournalItem, LedgerItem } from '../../../contracts/api.ts'
import type { StoredRow } from '../evidence/stored-row.ts'
import type { DeviceRecord } from '../field/device-record.ts'
import type { ClockStep } from '../processes/drilled-service.ts'
import type { Life } from '../processes/lives.ts'

/** All that the proof is made from: what the world knows, and what the line says. */
export interface Evidence {
  readonly devices: readonly DeviceRecord[]
  readonly lives: readonly Life[]
  /** Of gateways by their id, and of `server`. */
  readonly steps: ReadonlyMap<string, readonly ClockStep[]>
  readonly snapshots: {
    readingsIn(epoch: string, seqs: readonly (readonly [number, number])[]): number
  }
  /** Key: sensor id. */
  readonly rows: ReadonlyMap<string, readonly StoredRow[]>
  /** Oldest first. */
  readonly journal: readonly JournalItem[]
  readonly ledger: readonly LedgerItem[]
}

/** Something that must not be. */
export interface Finding {
  readonly law: 'lost' | 'duplicated' | 'invented' | 'order' | 'gaps' | 'alarms' | 'ledger' | 'drill'
  readonly text: string
}
