import { useConsole } from '../console-context.ts'
import { LANGUAGE_TAGS } from '../language.ts'
import { LANGUAGES, type Language } from '../texts.ts'

const LANGUAGE_NAMES: Readonly<Record<Language, { long: string; short: string }>> = {
  en: { long: 'English', short: 'EN' },
  zh: { long: '简体中文', short: '中文' },
}

export function LanguageChoice() {
  const { words, commands } = useConsole()
  return (
    <fieldset class="languages" aria-label={words.text('language')}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={LANGUAGE_TAGS[language]}
          data-testid={`lang-${language}`}
          aria-label={LANGUAGE_NAMES[language].long}
          aria-pressed={words.language === language}
          onClick={() => commands.chooseLanguage(language)}
        >
          <span class="long">{LANGUAGE_NAMES[language].long}</span>
          <span class="short" aria-hidden="true">
            {LANGUAGE_NAMES[language].short}
          </span>
        </button>
      ))}
    </fieldset>
  )
}
