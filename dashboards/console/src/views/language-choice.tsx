import { useConsole } from '../console-context.ts'
import { LANGUAGE_NAMES, LANGUAGE_TAGS } from '../say.ts'
import { LANGUAGES } from '../texts.ts'

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
