import type { JournalItem } from '../../../contracts/api.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Priority } from '../../../contracts/facility-words.ts'
import { type AnnotationStep, annotationStep } from './annotation-plan.ts'
import type { Annotation, GrafanaApi } from './grafana-api.ts'
import type { Place } from './place-file.ts'
import { type Retrying, retrying } from './retrying.ts'

export interface AnnotatorOptions {
  readonly grafana: Pick<GrafanaApi, 'annotate' | 'endAnnotation' | 'findAnnotations'>
  readonly place: Place
  /** Called before and after each annotation; must be there after a crash. */
  readonly keep: (place: Place) => void
  /** Facilities whose alarms are marked. */
  readonly facilities: ReadonlySet<string>
  readonly least: Priority
  readonly retry: Retrying
}

/**
 * Turns entries of the journal into annotations, in order and each once. What it was at when it was killed is looked for
 * in Grafana before it is made again.
 */
export class Annotator {
  readonly #options: AnnotatorOptions
  #place: Place
  /** Annotations made, and ended. */
  made = 0
  ended = 0

  constructor(options: AnnotatorOptions) {
    this.#options = options
    this.#place = options.place
  }

  /** The last entry that is done. */
  get seq(): number {
    return this.#place.seq
  }

  /** An entry after all those before. @throws CodedError GRAFANA_*, FILE_UNWRITABLE; the entry is not done then */
  async take(item: JournalItem): Promise<void> {
    const { facilities, least } = this.#options
    if (item.seq <= this.#place.seq) return
    const step = facilities.has(item.facility) ? annotationStep(item, least) : undefined
    if (step !== undefined) await this.#do(step, item.seq)
    // What is nothing to do needs no write: it is nothing to do again.
    else this.#place = { ...this.#place, seq: item.seq }
  }

  /** Keeps how far it has come, when what came last was nothing to do. */
  settle(): void {
    this.#keep(this.#place)
  }

  async #do(step: AnnotationStep, seq: number): Promise<void> {
    const { [step.key]: begun, ...others } = this.#place.open
    if (step.kind === 'end') {
      if (begun !== undefined) await this.#end(begun, step.time)
      this.#keep({ seq, open: others })
      return
    }
    const wasDoing = this.#place.doing === seq
    this.#keep({ ...this.#place, doing: seq })
    const id = await this.#make(step.annotation, wasDoing)
    this.#keep({ seq, open: step.kind === 'begin' ? { ...others, [step.key]: id } : this.#place.open })
  }

  /** A failure on the way back leaves open whether Grafana has made it: it is asked. */
  #make(annotation: Annotation, mayBeThere: boolean): Promise<number> {
    const { grafana, retry } = this.#options
    return retrying(retry, async (attempt) => {
      if (mayBeThere || attempt > 0) {
        const [found] = await grafana.findAnnotations(annotation.time, annotation.tags)
        if (found !== undefined) return found.id
      }
      const id = await grafana.annotate(annotation)
      this.made += 1
      return id
    })
  }

  async #end(id: number, time: number): Promise<void> {
    const { grafana, retry } = this.#options
    try {
      await retrying(retry, () => grafana.endAnnotation(id, time))
      this.ended += 1
    } catch (error) {
      // Somebody has deleted it: there is nothing to end.
      if (!(error instanceof CodedError) || error.code !== 'GRAFANA_NOT_FOUND') throw error
    }
  }

  #keep(place: Place): void {
    this.#options.keep(place)
    this.#place = place
  }
}
