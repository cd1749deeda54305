import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BOARDS, dashboardFiles, FOLDER } from '../../dashboards/grafana/files.ts'
import { filesLike } from '../contracts/source-files.ts'

describe('dashboards of Grafana', () => {
  const made = dashboardFiles()

  it.each([...made])('%s is committed as its sources say (npm run dashboards)', (file, text) => {
    expect(filesLike(`${FOLDER}/${file}`).get(`${FOLDER}/${file}`)).toBe(text)
  })

  it('has no JSON that nobody makes', () => {
    const found = readdirSync(new URL(`../../${FOLDER}`, import.meta.url)).filter((name) =>
      name.endsWith('.json'),
    )
    expect(found.sort()).toEqual([...made.keys()].sort())
  })

  it('names each dashboard once', () => {
    expect(new Set(BOARDS.map(({ name }) => name)).size).toBe(BOARDS.length)
  })
})
