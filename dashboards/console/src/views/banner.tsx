import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import {
  beganAt,
  countUnacknowledged,
  loudAlarms,
  PRIORITY_ORDER,
  sortAlarms,
  soundingKeys,
  soundOf,
} from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
import { PRIORITY_TEXTS } from '../texts.ts'
import { ageOf, ageText, shortTime } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { PriorityMark } from './priority-mark.tsx'

/** Never scrolls away: the most urgent unacknowledged alarm, or the calm word that there is none. */
export function Banner() {
  const { state, words } = useConsole()
  const { shown } = sortAlarms(state.alarms.values())
  const first = shown.find((alarm) => isUnacknowledged(alarm.state))
  return (
    <section
      class={first === undefined ? 'banner' : `banner banner-${first.priority}`}
      aria-label={words.text('alarms')}
      data-testid="banner"
    >
      {first === undefined ? <Calm standing={shown.length} /> : <FirstAlarm alarm={first} />}
      <SoundControls />
    </section>
  )
}

function Calm({ standing }: { standing: number }) {
  const { state, words } = useConsole()
  if (state.generation === 0) return <p class="banner-calm">{words.text('connecting')}</p>
  return (
    <p class="banner-calm" role="status">
      {words.text('noUnacknowledged')}
      {standing > 0 && <span class="banner-standing">{words.text('stillActive', { count: standing })}</span>}
      {state.link !== 'live' && <span class="banner-standing">({words.text('lastKnown')})</span>}
    </p>
  )
}

function FirstAlarm({ alarm }: { alarm: AlarmView }) {
  const { state, words, commands } = useConsole()
  const barrier = useBarrier()
  const began = beganAt(alarm)
  return (
    <>
      <div class="banner-first">
        <PriorityMark priority={alarm.priority} blinking size={40} />
        <div class="banner-words">
          <p class="banner-line">
            <span class="unack">{words.text('unack')}</span>
            <strong>{words.of(PRIORITY_TEXTS[alarm.priority])}</strong>
            <AlarmLink alarm={alarm} />
            <span>
              {shortTime(began, state.heardTime)} · {ageText(ageOf(began, state.now), words)}
            </span>
            {state.link !== 'live' && <span>({words.text('lastKnown')})</span>}
          </p>
          <p class="banner-message" role="alert">
            {alarm.message}
          </p>
        </div>
      </div>
      <Counts />
      <button
        type="button"
        class="button primary"
        data-testid="banner-ack"
        {...barrier('acknowledge')}
        onClick={() => commands.ask('acknowledge', [alarm])}
      >
        {words.text('acknowledge')}
      </button>
    </>
  )
}

function Counts() {
  const { state, words } = useConsole()
  const counts = countUnacknowledged(state.alarms.values())
  return (
    <ul class="counts" aria-label={words.text('unacknowledgedCount')}>
      {PRIORITY_ORDER.map((priority) => (
        <li key={priority} class={counts[priority] === 0 ? 'none' : ''} data-testid={`count-${priority}`}>
          <PriorityMark priority={priority} size={22} outline={counts[priority] === 0} />
          <span>{counts[priority]}</span>
        </li>
      ))}
    </ul>
  )
}

/** Silence while something sounds; a note while the browser holds the sound back. */
function SoundControls() {
  const { state, words, commands, session } = useConsole()
  const sounding = soundingKeys(state)
  if (sounding.length === 0 && loudAlarms(state).length === 0) return null
  if (soundOf(state) === 'none') return <span class="sound-note">{words.text('silenced')}</span>
  if (!state.soundAllowed) {
    return (
      <button type="button" class="button sound-blocked">
        {words.text('soundBlocked')}
      </button>
    )
  }
  return (
    <button
      type="button"
      class="button"
      data-testid="silence"
      disabled={session.who?.locked === true}
      title={session.who?.locked === true ? words.text('lockedTitle') : undefined}
      onClick={() => commands.silence()}
    >
      {words.text('silence')}
    </button>
  )
}
