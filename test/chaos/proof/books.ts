import type { LedgerItem } from '../../../contracts/api.ts'
import type { Finding } from './evidence.ts'

/** The ledger of each gateway adds up, and nothing is under way any more. */
export function openBooks(ledger: readonly LedgerItem[], gateways: readonly string[]): Finding[] {
  const absent = gateways.filter((id) => !ledger.some(({ gateway }) => gateway === id))
  return [
    ...absent.map((id) => finding(`the ledger knows nothing of ${id}`)),
    ...ledger.flatMap(({ gateway, sent, received, stored, refused, dropped, missing, gaps }) => {
      const findings: Finding[] = []
      const counted = gaps.reduce((sum, { count }) => sum + count, 0)
      if (missing !== 0) findings.push(finding(`${gateway}: ${missing} missing`))
      if (stored !== received) findings.push(finding(`${gateway}: ${received} received, ${stored} stored`))
      if (refused !== 0) findings.push(finding(`${gateway}: ${refused} refused`))
      // What a kill took with it behind the last batch that came is dropped, and was never announced as sent.
      if (sent > received + refused + dropped)
        findings.push(
          finding(`${gateway}: ${sent} sent, ${received} + ${refused} + ${dropped} accounted for`),
        )
      if (counted !== dropped)
        findings.push(finding(`${gateway}: ${dropped} dropped, ${counted} in its gaps`))
      return findings
    }),
  ]
}

function finding(text: string): Finding {
  return { law: 'ledger', text }
}
