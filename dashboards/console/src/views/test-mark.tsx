import { useConsole } from '../console-context.ts'

/** Shape and word of whatever is under test. */
export function TestMark() {
  const { words } = useConsole()
  return (
    <span class="test-mark">
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
        <path
          d="M6 1v5L1.6 13.2A1.2 1.2 0 0 0 2.6 15h10.8a1.2 1.2 0 0 0 1-1.8L10 6V1M4.5 1h7M4 10h8"
          fill="none"
          stroke="currentColor"
          stroke-width="1.6"
        />
      </svg>
      {words.text('underTest')}
    </span>
  )
}
