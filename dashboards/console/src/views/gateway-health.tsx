import { useConsole } from '../console-context.ts'
import { readHealth } from '../gateway-health.ts'
import { countText } from '../number-text.ts'

interface GatewayHealthProps {
  health: unknown
  isOnline: boolean
}

/** Buses and devices as the gateway last told of them. */
export function GatewayHealth({ health, isOnline }: GatewayHealthProps) {
  const { words } = useConsole()
  const summary = readHealth(health)
  if (summary === undefined) return <p class="hint">{words.text('noHealth')}</p>
  return (
    <div class={isOnline ? 'health' : 'health old'}>
      {!isOnline && <p class="hint">{words.text('healthOld')}</p>}
      <h3>{words.text('buses')}</h3>
      <ul class="health-rows">
        {summary.buses.map((bus) => (
          <li key={bus.id} class={bus.connected ? '' : 'trouble'}>
            <b>{bus.id}</b>
            <Condition isFine={bus.connected} words={[words.text('connected'), words.text('notConnected')]} />
            <span class="muted">
              {bus.utilisation !== null && (
                <>{words.text('utilisation', { percent: bus.utilisation.toFixed(0) })} </>
              )}
              {bus.reconnects > 0 && (
                <span class="note">{words.text('reconnects', { count: countText(bus.reconnects) })}</span>
              )}
              <Discarded frames={bus.discarded} />
            </span>
          </li>
        ))}
      </ul>
      <h3>{words.text('devices')}</h3>
      <ul class="health-rows">
        {summary.devices.map((device) => {
          const errors = Object.entries(device.errors)
          const total = errors.reduce((sum, [, count]) => sum + count, 0)
          return (
            <li key={device.id} class={device.online ? '' : 'trouble'}>
              <b>{device.id}</b>
              <Condition
                isFine={device.online}
                words={[words.text('answering'), words.text('notAnswering')]}
              />
              <span class="muted">
                {words.text('requests', { count: countText(device.requests) })}
                {device.online && device.roundTripMs !== null && (
                  <> · {words.text('roundTrip', { ms: device.roundTripMs.toFixed(1) })}</>
                )}
                {total > 0 && <> · {words.text('errors', { count: countText(total) })}</>}
                {errors.map(([name, count]) => (
                  <span key={name} class="note">
                    {words.reason(name)} {countText(count)}
                  </span>
                ))}
                {device.overruns > 0 && (
                  <span class="note">{words.text('overruns', { count: countText(device.overruns) })}</span>
                )}
                {device.isolated && <span class="note">{words.text('isolated')}</span>}
                {device.refused.length > 0 && (
                  <span class="note">
                    {words.text('refusedRegisters', { registers: device.refused.join(', ') })}
                  </span>
                )}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** Frames that were not taken for an answer, by what was wrong with them. */
function Discarded({ frames }: { frames: Record<string, number> }) {
  const { words } = useConsole()
  const kinds = Object.entries(frames)
  if (kinds.length === 0) return null
  const total = kinds.reduce((sum, [, count]) => sum + count, 0)
  return (
    <>
      <span class="note">{words.text('discarded', { count: countText(total) })}</span>
      {kinds.map(([kind, count]) => (
        <span key={kind} class="note">
          {words.discard(kind)} {countText(count)}
        </span>
      ))}
    </>
  )
}

function Condition({ isFine, words: [fine, trouble] }: { isFine: boolean; words: [string, string] }) {
  return (
    <span class={isFine ? 'link-state' : 'link-state missing'}>
      <b aria-hidden="true">{isFine ? '●' : '✕'}</b> {isFine ? fine : trouble}
    </span>
  )
}
