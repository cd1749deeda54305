import { useCallback, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { AlarmPath } from './alarm-path.tsx'
import { BrowserNotices } from './browser-notices.tsx'
import { ChannelList } from './channel-list.tsx'
import { NoticeList } from './notice-list.tsx'
import { ProblemNote } from './problem-note.tsx'

const EVERY_MS = 10_000

/** Whether alarms reach people: the channels, the way of an alarm, and every message. */
export function NotificationsPage() {
  const { state, api, words } = useConsole()
  const { generation } = state
  const [version, setVersion] = useState(0)
  const channels = useLoaded(
    useCallback(() => api.notify.channels(), [api]),
    { everyMs: EVERY_MS, version: generation },
  )
  const path = useLoaded(
    useCallback(() => api.notify.path(), [api]),
    { everyMs: EVERY_MS, version: generation },
  )
  return (
    <div class="page" data-testid="notifications">
      <h1>{words.text('notifications')}</h1>
      {channels.failure !== undefined && <ProblemNote failure={channels.failure} />}
      {channels.value !== undefined && (
        <ChannelList
          channels={channels.value.items}
          onTested={() => {
            setVersion(version + 1)
            void channels.reload()
          }}
        />
      )}
      {path.failure !== undefined && <ProblemNote failure={path.failure} />}
      {path.value !== undefined && <AlarmPath path={path.value} />}
      <NoticeList version={version} />
      <BrowserNotices />
    </div>
  )
}
