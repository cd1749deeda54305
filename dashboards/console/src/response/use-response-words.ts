import { useMemo } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { ResponseWords } from './response-words.ts'

export function useResponseWords(): ResponseWords {
  const { words } = useConsole()
  return useMemo(() => new ResponseWords(words), [words])
}
