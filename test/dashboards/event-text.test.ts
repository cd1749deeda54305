import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventText } from '../../dashboards/grafana/push/event-text.ts'

const TEXT =
  'retry: 1000\n\n: a comment\n\nid: 7\nevent: alarm\ndata: {"a":"x: y"}\n\nevent: heartbeat\ndata:{}\n\ndata: one\ndata: two\n\nid: 9\nevent: cut o'

describe('event text', () => {
  it('is the same events however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), TEXT.length]
        const text = new EventText()
        const events = at.slice(1).flatMap((end, index) => text.take(TEXT.slice(at[index], end)))
        expect(events).toEqual([
          { event: 'alarm', id: '7', data: '{"a":"x: y"}' },
          { event: 'heartbeat', id: undefined, data: '{}' },
          { event: 'message', id: undefined, data: 'one\ntwo' },
        ])
      }),
    )
  })
})
