import { parseFacility } from '../../../contracts/facility-load.ts'

const device = (id: string, unitId: number, more = '') =>
  `{ id: ${id}, unitId: ${unitId}, seismic: { rate: 100, scale: 1000${more} }, sensors: [ { id: ${id}.pga, kind: seismic, unit: Gal, register: { field: pga } } ] }`

/** Two stations on one line of frames, a ring of registers, and two stations of a SeedLink server. */
export const array = parseFacility(
  `
facility: { id: array }
gateways:
  - id: gw
    buses:
      - { id: frames, driver: seismic, host: 127.0.0.1, port: 5010, devices: [
          ${device('SG-1', 1)},
          ${device('SG-2', 2, ', axes: [ud, -ns, ew], rate: 200').replace('rate: 100, ', '')} ] }
      - { id: ring, driver: seismic, protocol: registers, host: 127.0.0.1, port: 5011, devices: [
          ${device('SG-3', 3, ', registers: { type: int32, table: input }')} ] }
      - { id: link, driver: seismic, protocol: seedlink, host: 127.0.0.1, port: 18000, devices: [
          ${device('SG-4', 1, ', station: DMO4, network: XX, location: "00", channels: [HNN, HNE, HNZ]')},
          ${device('SG-5', 2, ', station: DMO5, network: XX, channels: [HNN, HNE, HNZ]')} ] }
`,
  'array.yaml',
)

/** 2026-11-29T00:00:00Z. */
export const STARTED_AT = Date.UTC(2026, 10, 29)

export interface ReadFrame {
  readonly flags: number
  readonly station: number
  readonly sequence: number
  /** Epoch ms. */
  readonly timeMs: number
  readonly rate: number
  /** Counts of each channel. */
  readonly channels: readonly [number[], number[], number[]]
}

/** Frames of a stream that has nothing else in it. */
export function readFrames(bytes: Buffer): ReadFrame[] {
  const frames: ReadFrame[] = []
  let at = 0
  while (at + 22 <= bytes.length) {
    if (bytes.readUInt16BE(at) !== 0xa55a) throw new Error(`no frame at byte ${at}`)
    const count = bytes.readUInt16BE(at + 20)
    if (at + 24 + 12 * count > bytes.length) break
    const channel = (number: number) =>
      Array.from({ length: count }, (_, index) => bytes.readInt32BE(at + 22 + 12 * index + 4 * number))
    frames.push({
      flags: bytes[at + 3] ?? 0,
      station: bytes[at + 4] ?? 0,
      sequence: bytes.readUInt32BE(at + 6),
      timeMs: bytes.readUInt32BE(at + 10) * 1_000 + bytes.readUInt32BE(at + 14) / 1_000,
      rate: bytes.readUInt16BE(at + 18),
      channels: [channel(0), channel(1), channel(2)],
    })
    at += 24 + 12 * count
  }
  return frames
}
