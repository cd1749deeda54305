import { useWords } from './report-words.ts'

/** Shown large: it is for those in a hurry. */
export function Hotline({ number }: { number: string }) {
  const words = useWords()
  return (
    <a class="report-hotline" href={`tel:${number.replaceAll(/[^\d+*#]/g, '')}`} data-testid="hotline">
      <span>{words.text('hotline')}</span> <strong>{number}</strong>
    </a>
  )
}
