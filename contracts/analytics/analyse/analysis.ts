import type { ParseArgsConfig } from 'node:util'
import type { RecordFile } from './record-file.ts'

/** What the command line gave beside the file. Key: name of an option of the analysis, without dashes. */
export type AnalysisOptions = Readonly<Record<string, string | boolean | undefined>>

/** One of `npm run analyse -- NAME FILE ...`: the formulas that run live, on records of an engineer's own. */
export interface Analysis {
  readonly name: string
  /** One line for the list of them. */
  readonly about: string
  /** Behind `npm run analyse -- NAME FILE`, and what it reads, does and prints; ends with a line end. */
  readonly usage: string
  /** Options beside --json and --help, which all have. None may be given twice. */
  readonly options: NonNullable<ParseArgsConfig['options']>
  /**
   * What is found, as JSON data. It reads nothing but files that its options name.
   * @throws CodedError USAGE for options that do not fit; RECORD_INVALID with path and line
   */
  analyse(file: RecordFile, options: AnalysisOptions): object
  /** The same for people, ending with a line end. Without it, and with --json, JSON is printed. */
  print?(result: object): string
}
