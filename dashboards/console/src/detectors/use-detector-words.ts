import { useConsole } from '../console-context.ts'
import { say, type Values } from '../language.ts'
import { DETECTOR_TEXTS, type DetectorTextKey } from '../texts/detectors.ts'

/** The words of calibrations and inhibited detectors in one language. */
export function useDetectorWords(): (key: DetectorTextKey, values?: Values) => string {
  const { words } = useConsole()
  return (key, values = {}) => say(words.language, DETECTOR_TEXTS[key], values)
}
