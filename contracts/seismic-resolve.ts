import { type Axis, FEATURE_UNITS, FEATURES, type Feature } from './analytics/seismic/wave.ts'
import type { BusFile } from './bus-schema.ts'
import type { DeviceFile } from './device-schema.ts'
import type { Bus, PolledSensor } from './facility.ts'
import { ms, optional } from './resolve-parts.ts'
import type { SeismicChannel, SeismicInstrument } from './seismic-instrument.ts'
import type { SeismicFile, SignedAxis } from './seismic-schema.ts'
import type { SensorFile } from './sensor-schema.ts'
import { convert, type Unit } from './units.ts'

/** A record of 512 bytes holds seconds of samples: what comes over SeedLink is that much older. */
const SEEDLINK_STALE = '30s'
const GAL_PER_METRE = 100
/** Band code H (100 to 250 samples/s, corner above 10 s), instrument code N (accelerometer). */
const CHANNEL_OF: Readonly<Record<Axis, string>> = { ns: 'HNN', ew: 'HNE', ud: 'HNZ' }

export function isFeature(text: string): text is Feature {
  return Object.hasOwn(FEATURES, text)
}

/** What a bus of driver seismic is beside its line; nothing for another. */
export function resolveSeismicBus(
  file: Pick<BusFile, 'driver' | 'protocol' | 'link' | 'serial'>,
): Pick<Bus, 'seismic'> {
  if (file.driver !== 'seismic') return {}
  const { protocol = 'frames', link = file.serial === undefined ? 'modbus-tcp' : 'modbus-rtu' } = file
  return { seismic: { protocol, link } }
}

/** The instrument of a device of driver seismic, which its checked file has. */
export function resolveInstrument(file: SeismicFile, id: string): SeismicInstrument {
  const { trigger, raw } = file
  return {
    rate: file.rate,
    countsPerGal: file.scale ?? (file.sensitivity ?? GAL_PER_METRE) / GAL_PER_METRE,
    fullScale: file.fullScale,
    channels: file.axes.map((axis, index) => channelOf(axis, file.channels?.[index])),
    network: file.network ?? 'XX',
    station: file.station ?? stationCode(id),
    location: file.location ?? '',
    registers: {
      table: file.registers?.table ?? 'holding',
      head: file.registers?.head ?? 0,
      ring: file.registers?.ring ?? 100,
      type: file.registers?.type ?? 'int16',
      order: file.registers?.order ?? 'ABCD',
    },
    trigger: {
      staMs: ms(trigger.sta),
      ltaMs: ms(trigger.lta),
      on: trigger.on,
      off: trigger.off,
      preMs: ms(trigger.pre),
      postMs: ms(trigger.post),
      maxEventMs: ms(trigger.maxEvent),
    },
    ...optional('noiseLimit', file.noiseLimit),
    deadAfterMs: ms(file.deadAfter),
    ...optional('raw', raw && { path: raw.path, keepMs: ms(raw.keep) }),
  }
}

function channelOf(text: SignedAxis, code: string | undefined): SeismicChannel {
  const axis = text.replace('-', '') as Axis
  return { axis, sign: text.startsWith('-') ? -1 : 1, code: code ?? CHANNEL_OF[axis] }
}

/** The last five letters and digits of an id: where it has a number, that is at its end. */
function stationCode(id: string): string {
  return (
    id
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]/g, '')
      .slice(-5) || 'STA'
  )
}

/** A sensor whose feature is computed in another unit than its own. */
export function inOwnUnit(sensor: PolledSensor): PolledSensor {
  const { field = '' } = sensor.register
  return {
    ...sensor,
    register: { ...sensor.register, scale: isFeature(field) ? featureScale(field, sensor.unit) : 1 },
  }
}

function featureScale(feature: Feature, unit: Unit): number {
  return convert(1, FEATURE_UNITS[feature], unit) ?? 1
}

/** What sensors of driver seismic say when the file does not: what they measure, and how long they may be silent. */
export function asSeismic(
  sensors: readonly SensorFile[],
  { driver, protocol }: Pick<BusFile, 'driver' | 'protocol'>,
): readonly SensorFile[] {
  if (driver !== 'seismic') return sensors
  return sensors.map((sensor) => ({
    ...sensor,
    ...optional('quantity', sensor.quantity ?? sensor.register.field?.toString()),
    ...optional('staleAfter', sensor.staleAfter ?? (protocol === 'seedlink' ? SEEDLINK_STALE : undefined)),
  }))
}

export function instrumentOf({ seismic, id }: DeviceFile): SeismicInstrument | undefined {
  return seismic && resolveInstrument(seismic, id)
}
