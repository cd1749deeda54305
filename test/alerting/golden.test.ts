import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseReplayLine, Replay } from '../../alerting/replay.ts'
import { loadFacility } from '../../contracts/facility-load.ts'

/**
 * Each folder of test/golden is a story: a facility file, what arrives, and every transition that must
 * come of it. An expected line names the fields it cares about; no other line may come.
 */
const root = new URL('../golden/', import.meta.url)

describe('golden cases', () => {
  for (const name of readdirSync(root)) {
    test(name.replaceAll('-', ' '), () => {
      const replay = new Replay(loadFacility(fileURLToPath(new URL(`${name}/config.yaml`, root))))
      const input = lines(new URL(`${name}/input.ndjson`, root))
      const expected = lines(new URL(`${name}/expected.ndjson`, root)).map(
        (line) => JSON.parse(line) as object,
      )
      const actual = input.flatMap((line) => [...replay.feed(parseReplayLine(line))])
      const brief = actual.map(({ time, alarm, ...rest }) => [
        time,
        alarm,
        'event' in rest ? rest.event : rest.refused,
      ])
      expect(brief, JSON.stringify(actual, null, 1)).toHaveLength(expected.length)
      expect(actual).toMatchObject(expected)
    })
  }
})

function lines(url: URL): string[] {
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
