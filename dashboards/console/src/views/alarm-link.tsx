import type { AlarmView } from '../../../../contracts/api.ts'
import { formatRoute } from '../route.ts'

/** The alarm's id, leading to its page: what to do, and everything about it. */
export function AlarmLink({ alarm }: { alarm: Pick<AlarmView, 'facility' | 'id'> }) {
  return (
    <a href={formatRoute({ page: 'alarm', facility: alarm.facility, alarm: alarm.id })} class="alarm-link">
      {alarm.id}
    </a>
  )
}
