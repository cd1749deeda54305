import type { ComponentChildren } from 'preact'
import { useConsole } from '../console-context.ts'
import { Lamp } from './header.tsx'
import { LanguageChoice } from './language-choice.tsx'
import { ProblemNote } from './problem-note.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { WelcomeForm } from './welcome-form.tsx'

interface SignInPageProps {
  /** Of a one-time link. */
  code: string | undefined
  /** In place of the form alone: what can be seen before somebody signs in. */
  children?: ComponentChildren
}

/** What stands there while nobody is signed in, or a one-time link was opened. */
export function SignInPage({ code, children }: SignInPageProps) {
  const { words, session } = useConsole()
  return (
    <div class="app gate-page">
      <header class="header">
        <div class="brand">
          <Lamp />
          <span class="facility-name">{words.text('product')}</span>
        </div>
        <LanguageChoice />
      </header>
      <main class="main">
        {session.failure !== undefined && <ProblemNote failure={session.failure} />}
        {!session.isKnown ? (
          <p class="empty">{words.text('connecting')}</p>
        ) : children !== undefined ? (
          children
        ) : code === undefined ? (
          <SignInForm />
        ) : (
          <WelcomeForm key={code} code={code} />
        )}
      </main>
      <footer class="footer">
        <span>{words.text('footer')}</span>
      </footer>
    </div>
  )
}
