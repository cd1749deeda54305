import { useMemo } from 'preact/hooks'
import { useConsole } from '../console-context.ts'
import { RegisterWords } from './register-words.ts'

export function useRegisterWords(): RegisterWords {
  const { words } = useConsole()
  return useMemo(() => new RegisterWords(words), [words])
}
