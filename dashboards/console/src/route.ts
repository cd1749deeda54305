/** Filters of the journal as its address says them; absent ones are empty. */
export interface JournalFilters {
  sensor: string
  alarm: string
  event: string
  by: string
  /** As an input of day and time gives it, in the time of the plant: `2026-11-21T10:00`. */
  from: string
  to: string
  text: string
}

export const NO_FILTERS: JournalFilters = {
  sensor: '',
  alarm: '',
  event: '',
  by: '',
  from: '',
  to: '',
  text: '',
}

/** Pages of the hazard register besides its list. */
export const REGISTER_VIEWS = ['board', 'new', 'figures', 'map'] as const
export type RegisterView = (typeof REGISTER_VIEWS)[number]
/** What goes with the register: what is inspected, what happens, what the public reports, and what is sent on. */
export const RESPONSE_PAGES = ['inspections', 'incidents', 'reports', 'exports'] as const
export type ResponsePage = (typeof RESPONSE_PAGES)[number]
/** Pages of each besides its first. */
export const RESPONSE_VIEWS = ['history', 'people', 'new', 'resources'] as const
export type ResponseView = (typeof RESPONSE_VIEWS)[number]
/** What a page of the register is asked for; each takes the names that it knows. */
export type RegisterQuery = Readonly<Record<string, string>>

/** With a number one of them: a round, an incident, a report. */
export interface ResponseRoute {
  page: ResponsePage
  number?: number
  view?: ResponseView
  query?: RegisterQuery
}

/** Which page the part of the address after `#` names. */
export type Route =
  | { page: 'overview' }
  | { page: 'alarms' }
  | { page: 'set-aside' }
  | { page: 'calibrations' }
  | { page: 'gateways' }
  | { page: 'journal'; filters?: Partial<JournalFilters> }
  | { page: 'performance' }
  | { page: 'roster' }
  | { page: 'notifications' }
  | { page: 'account' }
  | { page: 'people' }
  | { page: 'sensor'; sensor: string }
  | { page: 'alarm'; facility: string; alarm: string }
  /** Without a view, the list. */
  | { page: 'hazards'; view?: RegisterView; query?: RegisterQuery }
  | { page: 'hazard'; number: number }
  | ResponseRoute
  | { page: 'answer'; code: string }

const NUMBER = /^[1-9]\d{0,14}$/

/** Reads `#/sensor/GT-101`; whatever it does not know is the overview. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?')
  const [page, first, second] = path.split('/')
  switch (page) {
    case 'alarms':
      // As messages name the page of one.
      return first === undefined || first === '' ? { page } : parseRoute(`#/alarm/${first}/${second ?? ''}`)
    case 'set-aside':
    case 'calibrations':
    case 'gateways':
    case 'performance':
    case 'roster':
    case 'notifications':
    case 'account':
    case 'people':
      return { page }
    case 'journal': {
      const filters = filtersOf(new URLSearchParams(query))
      return Object.keys(filters).length === 0 ? { page } : { page, filters }
    }
    case 'sensor': {
      const sensor = decode(first ?? '')
      return sensor === '' ? { page: 'overview' } : { page, sensor }
    }
    case 'alarm': {
      const [facility, alarm] = [decode(first ?? ''), decode(second ?? '')]
      return facility === '' || alarm === '' ? { page: 'overview' } : { page, facility, alarm }
    }
    case 'hazards':
      return registerRoute(first ?? '', new URLSearchParams(query))
    case 'inspections':
    case 'incidents':
    case 'reports':
    case 'exports':
      return responseRoute(page, first ?? '', new URLSearchParams(query))
    case 'answer':
      return { page, code: decode(first ?? '') }
    default:
      return { page: 'overview' }
  }
}

export function formatRoute(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/'
    case 'sensor':
      return `#/sensor/${encodeURIComponent(route.sensor)}`
    case 'alarm':
      return `#/alarm/${encodeURIComponent(route.facility)}/${encodeURIComponent(route.alarm)}`
    case 'answer':
      return `#/answer/${encodeURIComponent(route.code)}`
    case 'hazards':
      return `#/hazards${route.view === undefined ? '' : `/${route.view}`}${queryText(route.query)}`
    case 'hazard':
      return `#/hazards/${route.number}`
    case 'inspections':
    case 'incidents':
    case 'reports':
    case 'exports': {
      const rest = route.number ?? route.view
      return `#/${route.page}${rest === undefined ? '' : `/${rest}`}${queryText(route.query)}`
    }
    case 'journal': {
      const given = Object.entries(route.filters ?? {}).filter(([, value]) => value !== '')
      return given.length === 0 ? '#/journal' : `#/journal?${new URLSearchParams(given)}`
    }
    default:
      return `#/${route.page}`
  }
}

function registerRoute(first: string, search: URLSearchParams): Route {
  if (NUMBER.test(first)) return { page: 'hazard', number: Number(first) }
  const view = REGISTER_VIEWS.find((known) => known === first)
  return { page: 'hazards', ...(view === undefined ? {} : { view }), ...askedOf(search) }
}

function responseRoute(page: ResponsePage, first: string, search: URLSearchParams): ResponseRoute {
  const asked = askedOf(search)
  if (NUMBER.test(first)) return { page, number: Number(first), ...asked }
  const view = RESPONSE_VIEWS.find((known) => known === first)
  return { page, ...(view === undefined ? {} : { view }), ...asked }
}

function askedOf(search: URLSearchParams): { query?: RegisterQuery } {
  const given = [...search].filter(([name, value]) => /^[a-z]{1,20}$/i.test(name) && value !== '')
  return given.length === 0 ? {} : { query: Object.fromEntries(given) }
}

function queryText(query: RegisterQuery = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

/** Only names that are filters: an address may come from anywhere. */
function filtersOf(query: URLSearchParams): Partial<JournalFilters> {
  const given = Object.keys(NO_FILTERS).flatMap((name) => {
    const value = query.get(name)
    return value === null || value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A mangled link names nothing.
    return ''
  }
}

/** The code of a one-time link, `#/welcome/CODE`; undefined when the address is no such link. */
export function linkCodeOf(hash: string): string | undefined {
  return /^#\/welcome\/([A-Za-z0-9_-]{1,100})$/.exec(hash)?.[1]
}

/** The code of a sign-in at a provider that failed, `#/sign-in/CODE`; it is looked up, and never shown as it came. */
export function signInCodeOf(hash: string): string | undefined {
  return /^#\/sign-in\/([A-Z_]{1,40})$/.exec(hash)?.[1]
}
