import type { IncidentLevel } from '../../../../contracts/register/incident-words.ts'
import { LEVEL_TEXTS, LEVEL_WORDS } from '../texts/response.ts'
import { useResponseWords } from './use-response-words.ts'

const NUMERALS: Readonly<Record<IncidentLevel, string>> = { 1: 'I', 2: 'II', 3: 'III', 4: 'IV' }

/** How grave it is: the numeral and the word; what is over is grey. */
export function LevelMark({ level, isOver }: { level: IncidentLevel; isOver: boolean }) {
  const words = useResponseWords()
  return (
    <span class={isOver ? 'level level-over' : `level level-${level}`} title={words.of(LEVEL_TEXTS[level])}>
      <b>{NUMERALS[level]}</b> <small>{words.of(LEVEL_WORDS[level])}</small>
    </span>
  )
}
