import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  MappingType,
  type ThresholdsConfig,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { ALARM_STATES, type AlarmState } from '../../contracts/alarm.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'

/**
 * One set of colours for all dashboards, those of the console (ISA-101: grey when normal, colour only for what is
 * abnormal). They are hexadecimal, since names of Grafana's palette mean other shades in other themes.
 */
export const COLOUR = {
  normal: '#6b7580',
  critical: '#d0021b',
  high: '#f07d00',
  medium: '#f2c500',
  low: '#3fa9d6',
  /** Readings that are no measurement. */
  bad: '#b45bcf',
  uncertain: '#8f7fb8',
  /** Shelved, suppressed or out of service: seen, not heard. */
  setAside: '#5b6b8c',
  /** Series, in this order, where a colour only tells them apart. */
  line: '#8ab8ff',
} as const

/** Rank of a priority in the store: 0 is none, then low to critical. */
export const RANKS = ['none', ...PRIORITIES] as const

/** Words and colours of ranks: a colour never stands without its word. */
export const RANK_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    0: { text: 'normal', color: COLOUR.normal, index: 0 },
    1: { text: 'LOW', color: COLOUR.low, index: 1 },
    2: { text: 'MEDIUM', color: COLOUR.medium, index: 2 },
    3: { text: 'HIGH', color: COLOUR.high, index: 3 },
    4: { text: 'CRITICAL', color: COLOUR.critical, index: 4 },
  },
}

/** Colours of the risk map as the store has them: a colour never stands without its word. */
export const RISK_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    0: { text: 'grey', color: COLOUR.normal, index: 0 },
    1: { text: 'BLUE', color: COLOUR.low, index: 1 },
    2: { text: 'YELLOW', color: COLOUR.medium, index: 2 },
    3: { text: 'ORANGE', color: COLOUR.high, index: 3 },
    4: { text: 'RED', color: COLOUR.critical, index: 4 },
  },
}

const STATE_WORDS: Readonly<Record<AlarmState, { text: string; color: string }>> = {
  NORM: { text: 'normal', color: COLOUR.normal },
  UNACK: { text: 'UNACKNOWLEDGED', color: COLOUR.critical },
  ACKED: { text: 'acknowledged', color: COLOUR.high },
  RTNUN: { text: 'returned, unacknowledged', color: COLOUR.medium },
  LATCH_UNACK: { text: 'LATCHED, unacknowledged', color: COLOUR.medium },
  LATCH_ACK: { text: 'latched', color: COLOUR.low },
  SHLVD: { text: 'shelved', color: COLOUR.setAside },
  DSUPR: { text: 'suppressed', color: COLOUR.setAside },
  OOSRV: { text: 'out of service', color: COLOUR.setAside },
}

/** Whether somebody still has to acknowledge: a shape, since the state beside it has the colour. */
export const OPEN_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    1: { text: '●', color: COLOUR.setAside, index: 0 },
    0: { text: '', color: COLOUR.normal, index: 1 },
  },
}

/** States by their names, as texts of a table hold them. */
export const STATE_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: Object.fromEntries(ALARM_STATES.map((state, index) => [state, { ...STATE_WORDS[state], index }])),
}

/** States by their place in {@link ALARM_STATES}, as the field `stateCode` holds them. */
export const STATE_CODE_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    ALARM_STATES.map((state, code) => [code, { ...STATE_WORDS[state], index: code }]),
  ),
}

export const QUALITY_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    192: { text: 'good', color: COLOUR.normal, index: 0 },
    64: { text: 'UNCERTAIN', color: COLOUR.uncertain, index: 1 },
    0: { text: 'BAD', color: COLOUR.bad, index: 2 },
  },
}

/** Yes or no of something that should be so. */
export function yesNoMapping(yes: string, no: string, noColour: string = COLOUR.high): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: { 1: { text: yes, color: COLOUR.normal, index: 0 }, 0: { text: no, color: noColour, index: 1 } },
  }
}

/** Yes or no of something that should not be so. */
export function noYesMapping(no: string, yes: string, yesColour: string = COLOUR.high): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: {
      0: { text: no, color: COLOUR.normal, index: 0 },
      1: { text: yes, color: yesColour, index: 1 },
    },
  }
}

/** What the server says of a gateway. */
export const GATEWAY_MAPPING: ValueMapping = {
  type: MappingType.ValueToText,
  options: {
    online: { text: 'online', color: COLOUR.normal, index: 0 },
    lost: { text: 'LOST', color: COLOUR.critical, index: 1 },
    offline: { text: 'OFFLINE: signed off', color: COLOUR.medium, index: 2 },
    unknown: { text: 'NOT HEARD YET', color: COLOUR.medium, index: 3 },
  },
}

/** Colours from a value on: `steps([80, COLOUR.medium], [95, COLOUR.critical])`, grey below. */
export function steps(...from: (readonly [value: number, color: string])[]): Builder<ThresholdsConfig> {
  const all = [{ value: null, color: COLOUR.normal }, ...from.map(([value, color]) => ({ value, color }))]
  return { build: () => ({ mode: ThresholdsMode.Absolute, steps: all }) }
}
