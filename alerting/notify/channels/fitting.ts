import { FULL_ROOM, type MessageText, messageText, type Room } from './message-text.ts'

/** Ever less room; links go last, since a person can do something with them. */
const ROOMS: readonly Room[] = [
  FULL_ROOM,
  { piece: 500, entries: 50, hasLinks: true },
  { piece: 200, entries: 30, hasLinks: true },
  { piece: 100, entries: 15, hasLinks: true },
  { piece: 50, entries: 5, hasLinks: true },
  { piece: 20, entries: 3, hasLinks: true },
  { piece: 20, entries: 2, hasLinks: false },
]
/** What always fits: see the property test. */
const LAST_ROOM: Room = { piece: 12, entries: 1, hasLinks: false }

/** The fullest form of a message that a service takes. */
export function fitting<T>(
  delivery: Parameters<typeof messageText>[0],
  render: (text: MessageText) => T,
  isFit: (rendered: T) => boolean,
): T {
  for (const room of ROOMS) {
    const rendered = render(messageText(delivery, room))
    if (isFit(rendered)) return rendered
  }
  return render(messageText(delivery, LAST_ROOM))
}
