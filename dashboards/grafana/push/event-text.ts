/** A server-sent event. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: string
}

/** Cuts what arrives of an event stream into events, whatever the pieces are. */
export class EventText {
  #rest = ''

  /** The events that are whole by now; a comment is none. */
  take(piece: string): StreamEvent[] {
    const blocks = `${this.#rest}${piece}`.split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(eventOf).filter(({ data }) => data !== '')
  }
}

function eventOf(block: string): StreamEvent {
  let [event, id, data]: [string, string | undefined, string[]] = ['message', undefined, []]
  for (const line of block.split('\n')) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
    if (name === 'event') event = value
    if (name === 'id') id = value
    if (name === 'data') data = [...data, value]
  }
  return { event, id, data: data.join('\n') }
}
