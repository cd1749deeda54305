import { useConsole } from '../console-context.ts'
import { channelError } from '../notice-text.ts'
import { CHANNEL_REMEDIES } from '../texts.ts'

/** The failure of a channel: its code, what the other side said, and what to do about it. */
export function ChannelTrouble({ error }: { error: string }) {
  const { words } = useConsole()
  const { code, detail } = channelError(error)
  const remedy =
    code !== undefined && Object.hasOwn(CHANNEL_REMEDIES, code) ? CHANNEL_REMEDIES[code] : undefined
  return (
    <div class="channel-trouble" data-testid="channel-trouble">
      <p>
        {code !== undefined && <code>{code}</code>} {detail}
      </p>
      {remedy !== undefined && (
        <p>
          <strong>{words.text('whatToDo')}</strong> {words.of(remedy)}
        </p>
      )}
    </div>
  )
}
