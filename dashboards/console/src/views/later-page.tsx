import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useConsole } from '../console-context.ts'

/** Pages that are loaded when somebody goes there; once they are here, they are. */
export class Later<P> {
  readonly load: () => Promise<ComponentType<P>>
  loaded: ComponentType<P> | undefined

  constructor(load: () => Promise<ComponentType<P>>) {
    this.load = load
  }
}

/** The page, or why it is not here yet. */
export function LaterPage<P extends object>({ later, given }: { later: Later<P>; given: P }) {
  const { words } = useConsole()
  const [, show] = useState(later.loaded !== undefined)
  const [isMissing, setMissing] = useState(false)
  useEffect(() => {
    if (later.loaded !== undefined) return
    later.load().then(
      (found) => {
        later.loaded = found
        show(true)
      },
      () => setMissing(true),
    )
  }, [later])
  const Page = later.loaded
  if (Page !== undefined) return <Page {...given} />
  if (!isMissing) return <p class="empty">{words.text('loading')}</p>
  // What a server of another version has is under other names: the whole console is loaded anew.
  return (
    <section class="panel" role="alert">
      <p>{words.text('pageMissing')}</p>
      <button type="button" class="button" onClick={() => location.reload()}>
        {words.text('loadAgain')}
      </button>
    </section>
  )
}
