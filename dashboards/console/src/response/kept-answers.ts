import type { OwnAnswer } from './round-answer.ts'

const keyOf = (round: number) => `davylamp.round.${round}`

/** Answers that were on their way when the page was closed. Key: item. */
export function keptAnswers(round: number): [string, OwnAnswer][] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(round)) ?? '[]') as [string, OwnAnswer][]
  } catch {
    // Storage may be forbidden, or hold what another release wrote.
    return []
  }
}

export function keepAnswers(round: number, answers: readonly (readonly [string, OwnAnswer])[]): void {
  try {
    if (answers.length === 0) localStorage.removeItem(keyOf(round))
    else localStorage.setItem(keyOf(round), JSON.stringify(answers))
  } catch {
    // They are still in the page.
  }
}
