import { parseAddress } from './address.ts'
import type { Annunciator, Output } from './annunciator.ts'
import type { AnnunciatorFile } from './annunciator-schema.ts'
import { resolveLine } from './bus-resolve.ts'
import { ms, optional } from './resolve-parts.ts'

type OutputFile = AnnunciatorFile['outputs'][number]

export function resolveAnnunciator(file: AnnunciatorFile): Annunciator {
  const { id, name, bus, unit, refresh, multiple, metrics, confirmed, outputs } = file
  return {
    id,
    name: name ?? id,
    bus: { id, ...resolveLine(bus), devices: [] },
    unitId: unit,
    refreshMs: ms(refresh),
    isMultiple: multiple,
    ...optional('metrics', metrics === undefined ? undefined : parseAddress(metrics)),
    ...optional('confirmed', confirmed),
    outputs: outputs.map(resolveOutput),
  }
}

function resolveOutput(file: OutputFile): Output {
  const { id, name, register, on, off, safe, shows, match, flash, audible, readback } = file
  return {
    id,
    name: name ?? id,
    register,
    values: { on, off },
    safe,
    shows,
    match,
    ...optional('flashMs', flash === undefined ? undefined : ms(flash)),
    isAudible: audible,
    ...optional(
      'readback',
      readback === undefined
        ? undefined
        : {
            table: readback.table,
            address: readback.address,
            values: { on: readback.on ?? on, off: readback.off ?? off },
            afterMs: ms(readback.after),
          },
    ),
  }
}
