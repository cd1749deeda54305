import { useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { isNoticed, noticePermission } from '../desktop-notices.ts'
import { remember } from '../preferences.ts'

/** The switch for messages of this browser; it asks the browser only when somebody turns it on. */
export function BrowserNotices() {
  const { words } = useConsole()
  const [isOn, setOn] = useState(isNoticed)
  const [permission, setPermission] = useState(noticePermission)
  const change = async (wanted: boolean) => {
    remember('notices', wanted ? 'on' : 'off')
    if (wanted && noticePermission() === 'default') await Notification.requestPermission()
    setPermission(noticePermission())
    setOn(isNoticed())
  }
  const isPossible = permission !== 'unsupported'
  return (
    <section class="panel" data-testid="browser-notices">
      <h2>{words.text('browserNotices')}</h2>
      <label class="switch">
        <input
          type="checkbox"
          data-testid="browser-notices-switch"
          checked={isOn}
          disabled={!isPossible}
          onChange={(event) => {
            // As it is until the browser has said so.
            event.currentTarget.checked = isOn
            void change(!isOn)
          }}
        />
        <span>{words.text('browserNoticesSwitch')}</span>
      </label>
      {!isPossible && <p class="forbidden">⊘ {words.text('browserNoticesUnsupported')}</p>}
      {permission === 'denied' && <p class="forbidden">⊘ {words.text('browserNoticesDenied')}</p>}
      <p class="hint">{words.text('browserNoticesHint')}</p>
    </section>
  )
}
