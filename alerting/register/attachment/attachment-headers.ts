/**
 * How an attachment is answered: images are shown, everything else is a file to keep, and no browser guesses what
 * it may be. `name` is one that was cleaned.
 */
export function attachmentHeaders({ type, name }: { type: string; name: string }): Record<string, string> {
  const disposition = type.startsWith('image/') ? 'inline' : 'attachment'
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  return {
    'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
    'content-disposition': `${disposition}; filename="${ascii}"; filename*=UTF-8''${encoded(name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    // It is the same for ever, and of those alone who may see the entry.
    'cache-control': 'private, max-age=86400, immutable',
  }
}

/** RFC 8187. */
function encoded(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/g, (found) => `%${found.charCodeAt(0).toString(16)}`)
}
