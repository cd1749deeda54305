/** The one catalogue of everything the console says. A language missing anywhere is a type error. */
export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]
/** `{name}` is filled in by the caller. */
export type Entry = Readonly<Record<Language, string>>
/** Texts of one part of the console. Key: what the code calls it. */
export type Texts = Readonly<Record<string, Entry>>
