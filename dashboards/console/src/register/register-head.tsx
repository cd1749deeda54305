import { formatRoute, type RegisterQuery, type RegisterView } from '../route.ts'
import { useRefusalOf } from './may-change.ts'
import { useRegisterWords } from './use-register-words.ts'

const VIEWS = [
  { view: undefined, text: 'viewList' },
  { view: 'board', text: 'viewBoard' },
  { view: 'figures', text: 'viewFigures' },
  { view: 'map', text: 'viewMap' },
] as const

/** The pages of the register, and the way to a new hazard; place and grade go along. */
export function RegisterHead({ view, query }: { view: RegisterView | undefined; query: RegisterQuery }) {
  const words = useRegisterWords()
  const refusal = useRefusalOf('operator')
  const kept = view === 'figures' || view === 'map' ? {} : keptOf(query)
  return (
    <div class="register-head">
      <h1>{words.text('registerTitle')}</h1>
      <nav class="register-views" aria-label={words.text('registerViews')}>
        {VIEWS.map((choice) => (
          <a
            key={choice.text}
            href={formatRoute({
              page: 'hazards',
              ...(choice.view === undefined ? {} : { view: choice.view }),
              query: choice.view === undefined || choice.view === 'board' ? kept : {},
            })}
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

function keptOf({ facility, region, grade, responsible, source }: RegisterQuery): RegisterQuery {
  const given = Object.entries({ facility, region, grade, responsible, source })
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
