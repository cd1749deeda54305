import { useConsole } from '../console-context.ts'
import { formatRoute } from '../route.ts'
import { shortTime } from '../time-text.ts'

/** Says of every facility in a flood that it is one, and how bad it is. */
export function FloodStrip() {
  const { state, words } = useConsole()
  const floods = [...state.floods.values()].filter(({ isFlood }) => isFlood)
  return (
    <>
      {floods.map((flood) => (
        <section
          key={flood.facility}
          class="flood-strip"
          role="alert"
          data-testid={`flood-${flood.facility}`}
        >
          <b class="flood-word">⚠ {words.text('flood')}</b>
          {state.facilities.length > 1 && (
            <b>{state.facilities.find(({ id }) => id === flood.facility)?.name ?? flood.facility}</b>
          )}
          <span>
            <b>{words.text('floodCount', { count: flood.last10Minutes, peak: flood.peak })}</b>
            {flood.since !== null &&
              ` · ${words.text('floodSince', { time: shortTime(flood.since, state.heardTime) })}`}
          </span>
          <span class="flood-advice">{words.text('floodAdvice')}</span>
          <a href={formatRoute({ page: 'alarms' })}>{words.text('toFloodView')}</a>
        </section>
      ))}
    </>
  )
}
