import { useLayoutEffect, useRef } from 'preact/hooks'
import { isUnacknowledged } from '../../../../contracts/alarm.ts'
import { formatIso } from '../../../../contracts/iso-time.ts'
import { isHidden } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { formatRoute, type Route } from '../route.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { AccountMenu } from './account-menu.tsx'
import { LanguageChoice } from './language-choice.tsx'

const PAGES = [
  { page: 'overview', text: 'overview' },
  { page: 'alarms', text: 'alarms' },
  { page: 'set-aside', text: 'setAside' },
  { page: 'hazards', text: 'hazards' },
  { page: 'inspections', text: 'inspections' },
  { page: 'incidents', text: 'incidents' },
  { page: 'calibrations', text: 'calibrations' },
  { page: 'gateways', text: 'gateways' },
  { page: 'journal', text: 'journal' },
  { page: 'performance', text: 'performance' },
  { page: 'roster', text: 'roster' },
  { page: 'notifications', text: 'notifications' },
] as const

/** Of the page before it enough is seen to tell that there is one. */
const EDGE_PX = 60

/** Pages that hang on that of the hazards. */
const OF_REGISTER: readonly Route['page'][] = ['hazard', 'reports', 'exports']

/** Name of the plant, the pages, the plant's clock and the language. */
export function Header({ route }: { route: Route }) {
  const { words } = useConsole()
  const nav = useRef<HTMLElement>(null)
  // On a phone the pages are one line that is swiped.
  useLayoutEffect(() => {
    const here = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (here !== null && here !== undefined) nav.current?.scrollTo({ left: here.offsetLeft - EDGE_PX })
  }, [route.page])
  return (
    <header class="header">
      <div class="brand">
        <Lamp />
        <div>
          <span class="brand-name">{words.text('product')}</span>
          <FacilityChoice route={route} />
        </div>
      </div>
      <nav class="nav" ref={nav} aria-label={words.text('views')}>
        {PAGES.map(({ page, text }) => (
          <a key={page} href={formatRoute({ page })} aria-current={isAt(route, page) ? 'page' : undefined}>
            {words.text(text)}
            <PageNote page={page} />
          </a>
        ))}
      </nav>
      <PlantClock />
      <AccountMenu />
      <LanguageChoice />
    </header>
  )
}

function isAt(route: Route, page: Route['page']): boolean {
  return route.page === page || (page === 'hazards' && OF_REGISTER.includes(route.page))
}

/** How many alarms stand, and whether a gateway is missing: grey numbers beside the page's name. */
function PageNote({ page }: { page: (typeof PAGES)[number]['page'] }) {
  const { state } = useConsole()
  if (page === 'alarms') {
    const standing = [...state.alarms.values()].filter((alarm) => !isHidden(alarm))
    const isWaiting = standing.some((alarm) => isUnacknowledged(alarm.state))
    return standing.length === 0 ? null : (
      <span class={isWaiting ? 'nav-note waiting' : 'nav-note'}>{standing.length}</span>
    )
  }
  if (page === 'set-aside') {
    const hidden = [...state.alarms.values()].filter(isHidden).length
    return hidden === 0 ? null : (
      <span class="nav-note" data-testid="set-aside-count">
        {hidden}
      </span>
    )
  }
  if (page === 'gateways') {
    const missing = [...state.gateways.values()].filter((gateway) => gateway.state !== 'online').length
    return missing === 0 ? null : <span class="nav-note waiting">{missing}</span>
  }
  return null
}

function FacilityChoice({ route }: { route: Route }) {
  const { state, words, commands } = useConsole()
  if (state.facilities.length < 2)
    return (
      <span class="facility-name" title={state.tree?.name}>
        {state.tree?.name ?? '…'}
      </span>
    )
  return (
    <select
      class="facility-choice"
      aria-label={words.text('facility')}
      data-testid="facility"
      value={state.facility}
      onChange={(event) => {
        commands.chooseFacility(event.currentTarget.value)
        // The page of an alarm is of one plant only.
        if (route.page === 'alarm') location.hash = formatRoute({ page: 'overview' })
      }}
    >
      {state.facilities.map((facility) => (
        <option key={facility.id} value={facility.id}>
          {facility.name}
        </option>
      ))}
    </select>
  )
}

function PlantClock() {
  const { state, words } = useConsole()
  if (state.tree === undefined) return <div class="plant-clock" />
  const time = formatIso(Math.floor(state.now / 1_000) * 1_000, state.tree.timezone)
  return (
    <div class="plant-clock" role="timer" aria-label={words.text('plantTime')}>
      <strong>{clockOf(time)}</strong>
      <span>{dateOf(time)}</span>
    </div>
  )
}

export function Lamp() {
  return (
    <svg width="30" height="30" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M12 5a4 4 0 0 1 8 0" fill="none" stroke="#333a42" stroke-width="2" />
      <rect x="9" y="6" width="14" height="5" rx="1.5" fill="#333a42" />
      <rect x="10.5" y="11" width="11" height="13" fill="#fff" stroke="#333a42" stroke-width="2" />
      <path d="M16 13.5c2.4 3 2.8 4.6 2.8 5.8a2.8 2.8 0 0 1-5.6 0c0-1.2.4-2.8 2.8-5.8z" fill="#8a939d" />
      <rect x="8" y="24" width="16" height="5" rx="1.5" fill="#333a42" />
    </svg>
  )
}
