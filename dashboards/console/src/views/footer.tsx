import { useConsole } from '../console-context.ts'

/** What this system is not. */
export function Footer() {
  const { state, words } = useConsole()
  return (
    <footer class="footer">
      <span>{words.text('footer')}</span>
      {state.server !== undefined && <span>{words.text('version', { version: state.server.version })}</span>}
    </footer>
  )
}
