import { useEffect, useRef, useState } from 'preact/hooks'
import { useWords } from './report-words.ts'

/** The receipt, once. */
export function ReportSent({ receipt, onNext }: { receipt: string; onNext: () => void }) {
  const words = useWords()
  const [isCopied, setCopied] = useState(false)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    title.current?.focus()
    scrollTo(0, 0)
  }, [])
  const copy = () => {
    navigator.clipboard?.writeText(receipt).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <section class="panel report-sent" data-testid="report-sent">
      <h2 ref={title} tabIndex={-1}>
        {words.text('sentTitle')}
      </h2>
      <p>{words.text('receipt')}</p>
      <p class="report-receipt" data-testid="receipt">
        {receipt}
      </p>
      <p>
        <strong>{words.text('keepReceipt')}</strong>
      </p>
      <div class="report-buttons">
        <button type="button" class="button" onClick={copy}>
          {words.text(isCopied ? 'copied' : 'copy')}
        </button>
        <button type="button" class="button" onClick={onNext}>
          {words.text('another')}
        </button>
      </div>
    </section>
  )
}
