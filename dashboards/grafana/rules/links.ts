/** Where somebody who reads an alert goes next. */
export interface Links {
  /** Folder of the runbooks: a URL without a slash at its end, or the path in the repository. */
  readonly runbooks: string
  /** URL of the console, without a slash at its end. */
  readonly console: string
  /** Panels that show what a rule is about. Key: topic of the rule. */
  readonly panels: Readonly<Partial<Record<PanelTopic, Panel>>>
}

/** A panel of one of our dashboards. */
export interface Panel {
  /** Uid, such as davylamp-gas. */
  readonly dashboard: string
  readonly panel: number
}

/** What a panel can be about: a kind of sensor, or a part of the line. */
export type PanelTopic =
  | 'gas'
  | 'level'
  | 'seismic'
  | 'temperature'
  | 'pressure'
  | 'flow'
  | 'electrical'
  | 'state'
  | 'other'
  | 'alarms'
  | 'gateways'
  | 'pipeline'

export const DEFAULT_LINKS: Links = {
  runbooks: 'docs/runbooks',
  console: 'http://127.0.0.1:8080',
  panels: {},
}
