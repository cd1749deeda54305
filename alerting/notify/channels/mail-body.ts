import type { Language } from '../../../contracts/notify/words.ts'
import type { MessageEntry, MessageText } from './message-text.ts'
import { sayer } from './words.ts'

/** A message as plain text. */
export function plainBody(text: MessageText, language: Language): string {
  const colon = sayer(language)('colon')
  const line = ({ label, text: said }: { label: string; text: string }) => `${label}${colon}${said}`
  const isList = text.entries.length > 1
  const entry = ({ title, lines, links }: MessageEntry, index: number) => [
    isList ? `${index + 1}. ${title}` : title,
    ...lines.map(line),
    ...(isList
      ? links.map(({ url }) => `   ${url}`)
      : links.flatMap(({ label, url }) => ['', `${label}${colon}`, url])),
  ]
  return [
    ...(text.intro === undefined ? [] : [text.intro, '']),
    ...text.entries.flatMap(entry),
    ...(text.rest === undefined ? [] : [text.rest]),
    '',
    ...text.closing.map(line),
    '',
  ].join('\n')
}

/** The same as a page of its own, which fetches nothing. */
export function htmlBody(text: MessageText, language: Language): string {
  const isList = text.entries.length > 1
  const entry = ({ title, lines, links }: MessageEntry) => {
    const [only] = links
    if (isList) return `<li>${only === undefined ? escaped(title) : anchor(only.url, title)}</li>`
    return `<h1 style="font-size:1.2em">${escaped(title)}</h1>${table(lines)}${links
      .map(({ label, url }) => `<p style="font-size:1.2em">${anchor(url, label)}</p>`)
      .join('')}`
  }
  const entries = text.entries.map(entry).join('')
  return [
    `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><title>${escaped(text.subject)}</title></head><body>`,
    text.intro === undefined ? '' : `<p>${escaped(text.intro)}</p>`,
    isList ? `<ol>${entries}</ol>` : entries,
    text.rest === undefined ? '' : `<p>${escaped(text.rest)}</p>`,
    table(text.closing),
    '</body></html>',
  ].join('\n')
}

function table(lines: readonly { label: string; text: string }[]): string {
  const rows = lines.map(
    ({ label, text }) =>
      `<tr><th style="text-align:left;vertical-align:top;padding-right:1em">${escaped(label)}</th><td>${escaped(text)}</td></tr>`,
  )
  return rows.length === 0 ? '' : `<table>${rows.join('')}</table>`
}

function anchor(url: string, label: string): string {
  return `<a href="${escaped(url)}">${escaped(label)}</a>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
}
