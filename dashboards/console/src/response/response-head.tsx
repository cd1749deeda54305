import type { ComponentChildren } from 'preact'
import { formatRoute, type ResponsePage, type ResponseView } from '../route.ts'
import type { ResponseTextKey } from '../texts/response.ts'
import { useResponseWords } from './use-response-words.ts'

interface ResponseHeadProps {
  page: ResponsePage
  title: ResponseTextKey
  views: readonly { view: ResponseView | undefined; text: ResponseTextKey }[]
  current: ResponseView | undefined
  children?: ComponentChildren
}

/** Name of a part, and its pages. */
export function ResponseHead({ page, title, views, current, children }: ResponseHeadProps) {
  const words = useResponseWords()
  return (
    <div class="register-head">
      <h1>{words.text(title)}</h1>
      <nav class="register-views" aria-label={words.text(title)}>
        {views.map(({ view, text }) => (
          <a
            key={text}
            href={formatRoute({ page, ...(view === undefined ? {} : { view }) })}
            aria-current={view === current ? 'page' : undefined}
            data-testid={`view-${view ?? page}`}
          >
            {words.text(text)}
          </a>
        ))}
      </nav>
      {children}
    </div>
  )
}
