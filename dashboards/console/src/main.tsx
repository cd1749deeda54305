import 'uplot/dist/uPlot.min.css'
import './styles/base.css'
import './styles/marks.css'
import './styles/header.css'
import './styles/banner.css'
import './styles/alarms.css'
import './styles/dialogs.css'
import './styles/set-aside.css'
import './styles/floods.css'
import './styles/alarm-page.css'
import './styles/tiles.css'
import './styles/sensor.css'
import './styles/waveforms.css'
import './styles/derived.css'
import './styles/journal.css'
import './styles/gateways.css'
import './styles/kpi.css'
import './styles/people.css'
import './styles/roster.css'
import './styles/notices.css'
import './styles/answer.css'
import './styles/touch.css'
import { render } from 'preact'
import { systemClock } from '../../../contracts/clock.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import { ApiClient } from './api-client.ts'
import { App } from './app.tsx'
import { clientIdOf } from './client-id.ts'
import { Connection } from './connection.ts'
import { DesktopNotices } from './desktop-notices.ts'
import { Horn } from './horn.ts'
import { pickLanguage } from './language.ts'
import { recall } from './preferences.ts'
import { initialState } from './state.ts'
import { Store } from './store.ts'

const root = document.getElementById('console')
if (root === null) throw new Error('index.html has no #console')

const wall = systemClock.wall()
const store = new Store(
  initialState({
    at: systemClock.monotonic(),
    now: wall,
    time: formatIso(wall, Intl.DateTimeFormat().resolvedOptions().timeZone),
    facility: recall('facility') ?? undefined,
  }),
)
const api = new ApiClient((input, init) => fetch(input, init))
const connection = new Connection({ store, api, clock: systemClock })
const language = pickLanguage(recall('language'), navigator.languages)

new Horn(store).start()
new DesktopNotices(store, () => pickLanguage(recall('language'), navigator.languages)).start()
const newId = () => clientIdOf(crypto.getRandomValues(new Uint8Array(12)))
render(<App store={store} api={api} connection={connection} language={language} newId={newId} />, root)
