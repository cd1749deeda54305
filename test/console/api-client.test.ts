import { expect, test } from 'vitest'
import { ApiClient } from '../../dashboards/console/src/api-client.ts'

/** Answers with the page of each path; 503 for any other. */
function serving(pages: Readonly<Record<string, object>>): typeof fetch {
  return async (path) => {
    const page = pages[String(path)]
    return page === undefined ? new Response('', { status: 503 }) : Response.json(page)
  }
}

test('alarms are read to the last page', async () => {
  const api = new ApiClient(
    serving({
      '/api/v1/alarms': { items: [{ id: 'A' }, { id: 'B' }], next: '1000' },
      '/api/v1/alarms?after=1000': { items: [{ id: 'C' }], next: '2000' },
      '/api/v1/alarms?after=2000': { items: [{ id: 'D' }] },
    }),
  )
  const answer = await api.alarms()
  expect(answer.ok && answer.value.items.map(({ id }) => id)).toEqual(['A', 'B', 'C', 'D'])
})

test('a page that does not come fails the whole: a part would pass for all', async () => {
  const api = new ApiClient(serving({ '/api/v1/alarms': { items: [{ id: 'A' }], next: '1000' } }))
  expect(await api.alarms()).toMatchObject({ ok: false })
})
