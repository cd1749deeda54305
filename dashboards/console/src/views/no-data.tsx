import { useConsole } from '../console-context.ts'
import { clockOf } from '../time-text.ts'

/** Covers the header while the stream is silent, and until the state was loaded again. */
export function NoData() {
  const { state, words } = useConsole()
  if (state.link !== 'lost' && state.link !== 'reloading') return null
  return (
    <div class="no-data" role="alert" data-testid="no-data">
      <svg width="36" height="36" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 2 31 30H1z" fill="#fff" />
        <path d="M14.5 11h3v10h-3zM14.5 23.5h3v3h-3z" fill="#b3001b" />
      </svg>
      <div>
        <strong>{words.text('noData', { time: clockOf(state.heardTime) })}</strong>
        <span>{words.text(state.link === 'lost' ? 'noDataHint' : 'reloading')}</span>
      </div>
    </div>
  )
}
