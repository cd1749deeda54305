import { useEffect, useMemo, useState } from 'preact/hooks'
import { isUnacknowledged } from '../../../contracts/alarm.ts'
import { isAtLeast } from '../../../contracts/roles.ts'
import type { ApiClient } from './api-client.ts'
import type { Connection } from './connection.ts'
import { type Asked, type Commands, ConsoleContext } from './console-context.ts'
import { LANGUAGE_TAGS, Words } from './language.ts'
import { useMainFocus } from './main-focus.ts'
import { remember } from './preferences.ts'
import { formatRoute, linkCodeOf, parseRoute, type Route } from './route.ts'
import { runningTests } from './running-tests.ts'
import { type Session, useSession } from './session.ts'
import { silence } from './silence.ts'
import type { ConsoleState, Failure } from './state.ts'
import type { Store } from './store.ts'
import { useTests } from './tests-loader.ts'
import type { Language } from './texts.ts'
import { AccountPage } from './views/account-page.tsx'
import { AlarmPage } from './views/alarm-page.tsx'
import { AlarmsPage } from './views/alarms-page.tsx'
import { AnswerPage } from './views/answer-page.tsx'
import { AskedDialog } from './views/asked-dialog.tsx'
import { Banner } from './views/banner.tsx'
import { DetectorPage } from './views/detector-page.tsx'
import { FloodStrip } from './views/flood-strip.tsx'
import { Footer } from './views/footer.tsx'
import { GatewaysPage } from './views/gateways-page.tsx'
import { Header } from './views/header.tsx'
import { JournalPage } from './views/journal-page.tsx'
import { KpiPage } from './views/kpi-page.tsx'
import { LockPanel } from './views/lock-panel.tsx'
import { NoData } from './views/no-data.tsx'
import { NotificationsPage } from './views/notifications-page.tsx'
import { Overview } from './views/overview.tsx'
import { PeoplePage } from './views/people-page.tsx'
import { ProblemNote } from './views/problem-note.tsx'
import { RegisterPage } from './views/register-page.tsx'
import { ResponsePage } from './views/response-page.tsx'
import { RosterPage } from './views/roster-page.tsx'
import { SensorPage } from './views/sensor-page.tsx'
import { SetAsidePage } from './views/set-aside-page.tsx'
import { SignInPage } from './views/sign-in-page.tsx'
import { SilenceNotice } from './views/silence-notice.tsx'
import { MOST_LINES, UnderTest } from './views/under-test.tsx'

interface AppProps {
  store: Store
  api: ApiClient
  connection: Connection
  language: Language
  /** Ids for requests that may be sent twice. */
  newId: () => string
}

/** The whole console: a function of the store's state, the address and the language. */
export function App({ store, api, connection, language: first, newId }: AppProps) {
  const state = useStore(store)
  const hash = useHash()
  const route = useMemo(() => parseRoute(hash), [hash])
  const session = useSession(api)
  const { who } = session
  const isIn = who !== undefined
  const isOwnOnly = who !== undefined && !isAtLeast(who.role, 'operator')
  const [language, setLanguage] = useState(first)
  const [asked, setAsked] = useState<Asked>()
  const [notice, setNotice] = useState<Failure>()
  const words = useMemo(() => new Words(language), [language])
  const commands: Commands = useMemo(
    () => ({
      chooseFacility(facility) {
        remember('facility', facility)
        connection.chooseFacility(facility)
      },
      chooseLanguage(chosen) {
        remember('language', chosen)
        setLanguage(chosen)
      },
      silence(alarms) {
        void silence({ store, api, alarms, isOwnOnly }).then(setNotice)
      },
      ask: (action, alarms) => setAsked({ dialog: 'action', action, alarms }),
      open: setAsked,
    }),
    [store, api, connection, isOwnOnly],
  )
  useEffect(() => {
    if (isIn) connection.start()
  }, [isIn, connection])
  useEffect(() => {
    if (who?.locked === true) setAsked(undefined)
  }, [who])
  const tests = useTests(state, api)
  useDocument(state, words)
  const main = useMainFocus(placeOf(route, session))
  const code = linkCodeOf(hash)
  const environment = { state, words, commands, api, tests, session, newId }
  if (who === undefined || (code !== undefined && who.auth === 'required'))
    return (
      <ConsoleContext.Provider value={environment}>
        <SignInPage code={code}>
          {route.page === 'answer' ? <AnswerPage key={route.code} code={route.code} /> : undefined}
        </SignInPage>
      </ConsoleContext.Provider>
    )
  const isTrusted = state.link === 'live' || state.link === 'connecting'
  return (
    <ConsoleContext.Provider value={environment}>
      <div
        class={appClass({ isTrusted, route, isLocked: who.locked })}
        style={{ '--strips': stripsOf(state) }}
      >
        {state.server?.auth === 'off' && (
          <p class="demo-strip" data-testid="demo-strip">
            {words.text('demo')}
          </p>
        )}
        <button type="button" class="skip" onClick={() => main.current?.focus()}>
          {words.text('skip')}
        </button>
        <Header route={route} />
        <div class="top">
          <NoData />
          <Banner />
          <FloodStrip />
          <UnderTest />
          {notice !== undefined && <SilenceNotice failure={notice} onClose={() => setNotice(undefined)} />}
        </div>
        <main class="main" ref={main} tabIndex={-1}>
          {who.locked && route.page !== 'answer' ? <LockPanel /> : pageOf(route, state, words)}
        </main>
        <Footer />
      </div>
      {asked !== undefined && (
        <AskedDialog key={keyOf(asked)} asked={asked} onClose={() => setAsked(undefined)} />
      )}
    </ConsoleContext.Provider>
  )
}

/** On a phone the other pages stay out of the way of the one thing that is to be done. */
function appClass(of: { isTrusted: boolean; route: Route; isLocked: boolean }): string {
  const trust = of.isTrusted ? 'app' : 'app untrusted'
  return of.isLocked || of.route.page === 'answer' ? `${trust} single` : trust
}

/** Another action is another dialog, with nothing left of the one before. */
function keyOf(asked: Asked): string {
  return asked.dialog === 'action' ? asked.action : asked.dialog
}

/** How many lines stand under the banner: what sticks beneath it stands that much lower. */
function stripsOf(state: ConsoleState): number {
  const floods = [...state.floods.values()].filter(({ isFlood }) => isFlood).length
  return floods + Math.min(MOST_LINES, runningTests(state.alarms.values()).length)
}

function pageOf(route: Route, state: ConsoleState, words: Words) {
  // What a message leads to needs nothing of the plant.
  if (state.tree === undefined && route.page !== 'answer') {
    if (state.failure !== undefined) return <ProblemNote failure={state.failure} />
    return <p class="empty">{words.text(state.generation === 0 ? 'connecting' : 'loading')}</p>
  }
  switch (route.page) {
    case 'overview':
      return <Overview />
    case 'alarms':
      return <AlarmsPage />
    case 'set-aside':
      return <SetAsidePage />
    case 'calibrations':
      return <DetectorPage key={state.facility} />
    case 'gateways':
      return <GatewaysPage />
    case 'journal':
      return <JournalPage key={state.facility} filters={route.filters} />
    case 'account':
      return <AccountPage />
    case 'people':
      return <PeoplePage />
    case 'performance':
      return <KpiPage key={state.facility} />
    case 'roster':
      return <RosterPage key={state.facility} />
    case 'notifications':
      return <NotificationsPage />
    case 'hazards':
    case 'hazard':
      return <RegisterPage route={route} />
    case 'inspections':
    case 'incidents':
    case 'reports':
    case 'exports':
      return <ResponsePage route={route} />
    case 'answer':
      return <AnswerPage key={route.code} code={route.code} />
    case 'alarm': {
      const { facility, alarm } = route
      return <AlarmPage key={`${facility}/${alarm}`} facility={facility} alarm={alarm} />
    }
    case 'sensor':
      return <SensorPage key={`${state.facility}/${route.sensor}`} sensor={route.sensor} />
  }
}

/** Which page it is, whatever is searched for on it; undefined until it is known who sits here. */
function placeOf(route: Route, { who, isKnown }: Session): string | undefined {
  if (who === undefined) return isKnown ? 'sign-in' : undefined
  return `${formatRoute(route).split('?')[0]} ${who.locked}`
}

function useStore(store: Store): ConsoleState {
  const [state, setState] = useState(store.state)
  useEffect(() => {
    setState(store.state)
    return store.subscribe(() => setState(store.state))
  }, [store])
  return state
}

function useHash(): string {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => {
      setHash(location.hash)
      window.scrollTo(0, 0)
    }
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return hash
}

/** The tab says how many alarms wait, for whoever looks at another one. */
function useDocument(state: ConsoleState, words: Words): void {
  const waiting = [...state.alarms.values()].filter((alarm) => isUnacknowledged(alarm.state)).length
  const facility = state.tree?.name
  useEffect(() => {
    const name = facility === undefined ? words.text('product') : `${facility} · ${words.text('product')}`
    document.title = waiting === 0 ? name : `(${waiting}) ${name}`
    document.documentElement.lang = LANGUAGE_TAGS[words.language]
  }, [waiting, facility, words])
}
