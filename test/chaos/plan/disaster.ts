/** With what the line is set up: processes of other people, or everything of ours in one. */
export const SETUPS = ['real', 'embedded'] as const
export type SetupName = (typeof SETUPS)[number]

/** What a disaster happens to. Two disasters of one round never happen to the same. */
export const PLACES = [
  'gw-1',
  'gw-2',
  'server',
  'broker',
  'database',
  'gw-1 uplink',
  'gw-2 uplink',
  'server downlink',
  'server store',
  'gw-1 disk',
  'gw-2 disk',
  'server disk',
  'gw-1 clock',
  'gw-2 clock',
  'server clock',
] as const
export type Place = (typeof PLACES)[number]

/** A kind of disaster, as far as it can be planned. */
export interface DisasterKind {
  readonly name: string
  readonly says: string
  readonly places: readonly Place[]
  /** How long it lasts, ms. */
  readonly lasts: readonly [least: number, most: number]
}

const GATEWAYS: readonly Place[] = ['gw-1', 'gw-2']
const OURS: readonly Place[] = [...GATEWAYS, 'server']
const UPLINKS: readonly Place[] = ['gw-1 uplink', 'gw-2 uplink']
const LINKS: readonly Place[] = [...UPLINKS, 'server downlink', 'server store']
const CLOCKS: readonly Place[] = ['gw-1 clock', 'gw-2 clock', 'server clock']
const SHORT = [200, 3_000] as const
const LONG = [500, 8_000] as const

export const DISASTERS = [
  { name: 'kill-gateway', says: 'kill -9 of a gateway', places: GATEWAYS, lasts: SHORT },
  { name: 'kill-server', says: 'kill -9 of the server', places: ['server'], lasts: SHORT },
  { name: 'kill-broker', says: 'kill -9 of Mosquitto', places: ['broker'], lasts: SHORT },
  { name: 'kill-database', says: 'kill -9 of InfluxDB', places: ['database'], lasts: LONG },
  { name: 'restart', says: 'orderly end of a gateway or the server', places: OURS, lasts: SHORT },
  {
    name: 'pause',
    says: 'SIGSTOP of any process, then SIGCONT',
    places: [...OURS, 'broker', 'database'],
    lasts: LONG,
  },
  { name: 'cut-link', says: 'connections ended, new ones refused', places: LINKS, lasts: LONG },
  { name: 'stall-link', says: 'a cable pulled: nothing comes through', places: LINKS, lasts: LONG },
  { name: 'throttle-link', says: '2 to 34 kB/s', places: LINKS, lasts: LONG },
  { name: 'delay-link', says: '50 to 800 ms later', places: LINKS, lasts: LONG },
  {
    name: 'fill-disk',
    says: 'not a byte left on the disk of a gateway or the server',
    places: ['gw-1 disk', 'gw-2 disk', 'server disk'],
    lasts: LONG,
  },
  { name: 'clock-forward', says: 'a wall clock is set 2 s to 2 min forward', places: CLOCKS, lasts: LONG },
  { name: 'clock-back', says: 'a wall clock is set 2 s to 2 min back', places: CLOCKS, lasts: LONG },
] as const satisfies readonly DisasterKind[]
export type DisasterName = (typeof DISASTERS)[number]['name']

/** Places that a set-up has not got: the embedded broker and store are the server itself. */
const ABSENT: Readonly<Record<SetupName, readonly Place[]>> = {
  real: [],
  embedded: ['broker', 'database', 'server downlink', 'server store'],
}

/** What can happen in a set-up, each with the places where it can. */
export function disastersOf(
  setup: SetupName,
  { hasDisks, only }: { hasDisks: boolean; only?: ReadonlySet<DisasterName> },
): (DisasterKind & { name: DisasterName })[] {
  return DISASTERS.map((kind) => ({
    ...kind,
    places: kind.places.filter(
      (place) => !ABSENT[setup].includes(place) && (hasDisks || !place.endsWith(' disk')),
    ),
  })).filter(({ name, places }) => places.length > 0 && (only?.has(name) ?? true))
}
