import type { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { SettingsView } from '../../contracts/settings-api.ts'
import type { ChangedLimit } from '../../contracts/wire.ts'
import type { AlarmEngine } from '../alarm-engine.ts'
import { limitView } from '../alarm-view.ts'
import type { AlarmEntry, Evaluation } from '../evaluation.ts'
import type { JournalQueue, Proposal } from '../journal/journal-queue.ts'
import type { StateStore } from '../journal/state-store.ts'
import { type AlarmSettings, differs, effective, pastOf } from './alarm-settings.ts'
import type { Revision } from './revision.ts'
import { revisionOf, type SettingRequest } from './setting-request.ts'
import { changedItem, settingsView } from './settings-view.ts'

export interface SettingsDeskOptions {
  facility: () => Facility
  states: Pick<StateStore, 'settings'>
  clock: SteadyClock
  /** It is another one once the facility file was exchanged. */
  engine: () => Pick<AlarmEngine, 'entry' | 'reconfigure' | 'sensorTime'>
  journal: Pick<JournalQueue, 'propose'>
  /** Number of the last record of the log that was evaluated. */
  position: () => number
  /** What followed from a change is to be kept and told; settles with its commit. */
  record: (evaluation: Evaluation) => Promise<void>
  /** A value of run time stands against an edited file, or none does any more. */
  onDiffering: (isDiffering: boolean) => void
  /** What the last run kept. Key: alarm id. */
  revisions: ReadonlyMap<string, readonly Revision[]>
}

/**
 * Where engineers change the settings of the alarms of one facility. A change is in force when it stands in the
 * journal, and not before; one that could not be journalled never was.
 */
export class SettingsDesk {
  readonly #options: SettingsDeskOptions
  /** Key: alarm id. Also of alarms that the file has no longer: they may come back. */
  readonly #revisions: Map<string, readonly Revision[]>
  /** Nobody heard how a commit ended. */
  #isInDoubt = false
  /** What followed from the last change is kept; when it could not be, it is tried again by itself. */
  #followed: Promise<void> = Promise.resolve()

  constructor(options: SettingsDeskOptions) {
    this.#options = options
    this.#revisions = new Map(options.revisions)
  }

  /** Every revision there is. Key: alarm id. */
  get revisions(): ReadonlyMap<string, readonly Revision[]> {
    return this.#revisions
  }

  /** @throws CodedError ALARM_UNKNOWN */
  view(alarm: string): SettingsView {
    return settingsView(this.#options.facility(), this.#settings(alarm).settings)
  }

  /** The limit and priority that are in force. */
  limit(alarm: string) {
    const config = this.#options.engine().entry(alarm)?.config
    return config === undefined ? undefined : { ...limitView(config), priority: config.priority }
  }

  /** Limits of this gateway's sensors that are not those of the file. Key: sensor id. */
  limits(gateway: string): Record<string, ChangedLimit[]> {
    const limits: Record<string, ChangedLimit[]> = {}
    for (const alarm of this.#revisions.keys()) {
      const entry = this.#options.engine().entry(alarm)
      if (entry?.sensor.gateway !== gateway || Number.isNaN(entry.config.limit)) continue
      const { when, limit, deadband } = entry.config
      const file = fileOf(entry)
      if (limit === file?.limit && deadband === file.deadband) continue
      limits[entry.sensor.id] = [...(limits[entry.sensor.id] ?? []), { when, limit, deadband }]
    }
    return limits
  }

  /** Some value of run time stands against what the file says since it was edited. */
  get isDiffering(): boolean {
    return this.#revisions.keys().some((alarm) => {
      const entry = this.#options.engine().entry(alarm)
      return entry !== undefined && differs(this.#of(entry))
    })
  }

  /**
   * What an engineer asks; resolves once it stands in the journal, with what followed from it, and is in force.
   * @throws CodedError with the reason of a refusal, ALARM_UNKNOWN, or JOURNAL_UNWRITABLE
   */
  async change(alarm: string, request: SettingRequest): Promise<SettingsView> {
    this.#settings(alarm)
    if (this.#isInDoubt) await this.lookAgain()
    const { proposal, revision } = this.#proposal(alarm, request)
    try {
      await this.#options.journal.propose(proposal)
    } catch (error) {
      const prepared = revision()
      this.#isInDoubt ||= prepared !== undefined && !this.#has(alarm, prepared)
      throw error
    }
    await this.#followed
    return this.view(alarm)
  }

  /** After a commit that failed: what stands in the journal all the same is in force. */
  async lookAgain(): Promise<void> {
    if (!this.#isInDoubt) return
    const { states, facility } = this.#options
    const kept = await states.settings(facility().id)
    this.#isInDoubt = false
    for (const [alarm, revisions] of kept)
      for (const revision of revisions) if (!this.#has(alarm, revision)) this.#apply(alarm, revision)
  }

  /** And the revision that was made of it; undefined until it is prepared, and when it is refused. */
  #proposal(
    alarm: string,
    request: SettingRequest,
  ): { proposal: Proposal; revision: () => Revision | undefined } {
    const { facility, clock, engine, position } = this.#options
    let revision: Revision | undefined
    const prepare = () => {
      const { entry, settings } = this.#settings(alarm)
      const time = clock.now()
      const last = revisionOf(settings, request, { time, sensorTime: engine().sensorTime(alarm, time) })
      const next = { ...settings, revisions: [...settings.revisions, last], last }
      revision = last
      return {
        entry: {
          key: `${alarm}@${last.revision}`,
          time,
          alarm,
          sensor: entry.sensor.id,
          item: {
            ...changedItem(facility(), entry, next),
            ...(request.address === undefined ? {} : { address: request.address }),
          },
        },
        // As it is: what is replayed from before is not judged by the new settings.
        record: { record: entry.record, position: position() },
        setting: { alarm, revision: last },
      }
    }
    const apply = () => {
      if (revision !== undefined) this.#apply(alarm, revision)
    }
    return { proposal: { prepare, apply }, revision: () => revision }
  }

  #apply(alarm: string, revision: Revision): void {
    const { engine, record, onDiffering } = this.#options
    const before = this.isDiffering
    this.#revisions.set(alarm, [...(this.#revisions.get(alarm) ?? []), revision])
    const entry = engine().entry(alarm)
    if (entry === undefined) return
    const settings = this.#of(entry)
    const to = { config: effective(settings), past: pastOf(settings) }
    this.#followed = record(engine().reconfigure(alarm, to, revision.time)).catch(() => undefined)
    if (this.isDiffering !== before) onDiffering(!before)
  }

  #has(alarm: string, { revision }: Revision): boolean {
    return (this.#revisions.get(alarm)?.length ?? 0) >= revision
  }

  /** @throws CodedError ALARM_UNKNOWN */
  #settings(alarm: string): { entry: AlarmEntry; settings: AlarmSettings } {
    const { engine, facility } = this.#options
    const entry = engine().entry(alarm)
    if (entry === undefined) throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${facility().id}`)
    return { entry, settings: this.#of(entry) }
  }

  #of(entry: AlarmEntry): AlarmSettings {
    const { config, sensor } = entry
    return {
      file: fileOf(entry) ?? config,
      unit: sensor.unit,
      revisions: this.#revisions.get(config.id) ?? [],
    }
  }
}

/** An alarm as the facility file has it. */
function fileOf({ config, sensor }: AlarmEntry) {
  return sensor.alarms.find(({ id }) => id === config.id)
}
