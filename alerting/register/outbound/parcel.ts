import { createHash } from 'node:crypto'
import type { Facility } from '../../../contracts/facility.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import { EXPORT_FORMAT, EXPORT_VERSION } from '../../../contracts/register/export-document.ts'
import type { ExportPlan } from '../../../contracts/register/export-plan.ts'
import { regionPaths } from '../../../contracts/register/region.ts'
import type { Parcel } from './carrier/carrier.ts'
import type { ExportItemRow } from './outbound-tables.ts'

export type SenderFacility = Pick<Facility, 'id' | 'name' | 'timezone' | 'location' | 'region'>

/** What goes out of these rows, of which there is at least one. `now` is epoch ms. */
export function parcelOf(
  facility: SenderFacility,
  plan: ExportPlan,
  rows: readonly ExportItemRow[],
  now: number,
): Parcel {
  const document = (some: readonly ExportItemRow[]) => ({
    name: fileName(some),
    body: documentOf(facility, plan, some, now),
  })
  const documents = plan.kind === 'webhook' ? [document(rows)] : rows.map((row) => document([row]))
  return { facility: facility.id, plan, id: documentId(plan, rows), documents }
}

/** Names sort in the order of their items. */
function fileName([first]: readonly ExportItemRow[]): string {
  return `${String(first?.number ?? 0).padStart(12, '0')}-${first?.item ?? ''}.json`
}

function documentOf(
  facility: SenderFacility,
  plan: ExportPlan,
  rows: readonly ExportItemRow[],
  now: number,
): string {
  const { id, name, location, region, timezone } = facility
  const head = {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    id: documentId(plan, rows),
    facility: {
      id,
      name,
      region: (region && [...regionPaths(region).values()].at(-1)) ?? null,
      location: location ?? null,
    },
    sent: formatIso(now, timezone),
  }
  // Items are kept as texts, and are put in as such.
  const items = rows.map(({ number, body }) => `{"sequence":${number},${body.slice(1)}`)
  return `${JSON.stringify(head).slice(0, -1)},"items":[${items.join(',')}]}`
}

/** The same items have the same: 132 bits of a hash. A number is never given to another item. */
function documentId({ id }: ExportPlan, rows: readonly ExportItemRow[]): string {
  const text = JSON.stringify([rows[0]?.facility, id, rows.map(({ number }) => number)])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
