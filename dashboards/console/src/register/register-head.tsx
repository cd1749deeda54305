import { formatRoute, type RegisterQuery, type RegisterView, type Route } from '../route.ts'
import type { RegisterTextKey } from '../texts/register.ts'
import { useRefusalOf } from './may-change.ts'
import { useRegisterWords } from './use-register-words.ts'

/** Pages of the register, and what comes into it from outside and goes out of it. */
type HeadView = RegisterView | 'reports' | 'exports'

const VIEWS: readonly { view: HeadView | undefined; text: RegisterTextKey }[] = [
  { view: undefined, text: 'viewList' },
  { view: 'board', text: 'viewBoard' },
  { view: 'figures', text: 'viewFigures' },
  { view: 'map', text: 'viewMap' },
  { view: 'reports', text: 'viewReports' },
  { view: 'exports', text: 'viewExports' },
]

/** The pages of the register, and the way to a new hazard; place and grade go along. */
export function RegisterHead({ view, query }: { view: HeadView | undefined; query: RegisterQuery }) {
  const words = useRegisterWords()
  const refusal = useRefusalOf('operator')
  // What the public says is for those who look into it.
  const isKeptFrom = useRefusalOf('engineer') !== undefined
  const views = VIEWS.filter((choice) => choice.view !== 'reports' || !isKeptFrom)
  const kept = view === 'figures' || view === 'map' ? {} : keptOf(query)
  return (
    <div class="register-head">
      <h1>{words.text('registerTitle')}</h1>
      <nav class="register-views" aria-label={words.text('registerViews')}>
        {views.map((choice) => (
          <a
            key={choice.text}
            href={formatRoute(routeOf(choice.view, kept))}
            aria-current={choice.view === view ? 'page' : undefined}
            data-testid={`view-${choice.view ?? 'list'}`}
          >
            {words.text(choice.text)}
          </a>
        ))}
      </nav>
      {refusal === undefined && view !== 'new' && (
        <a
          class="button primary"
          href={formatRoute({ page: 'hazards', view: 'new' })}
          data-testid="hazard-new"
        >
          + {words.text('newHazard')}
        </a>
      )}
    </div>
  )
}

function routeOf(view: HeadView | undefined, kept: RegisterQuery): Route {
  if (view === 'reports' || view === 'exports') return { page: view }
  const query = view === undefined || view === 'board' ? kept : {}
  return { page: 'hazards', ...(view === undefined ? {} : { view }), query }
}

function keptOf({ facility, region, grade, responsible, source }: RegisterQuery): RegisterQuery {
  const given = Object.entries({ facility, region, grade, responsible, source })
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
