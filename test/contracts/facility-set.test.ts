import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { PLANT, plantWith } from './plant-text.ts'

const plant = (id: string, end = '') => plantWith({ '{ id: plant }': `{ id: ${id} }` }, end)

/** A folder with these files. Key: name. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

describe('the facilities of a server', () => {
  it('come from a folder, in order of the file names', () => {
    const folder = folderWith({
      'b.yml': plant('b'),
      'a.yaml': plant('a'),
      'c.json': '{"facility":{"id":"c"},"gateways":[{"id":"g","buses":[]}]}',
      'notes.txt': 'not a plant',
    })
    mkdirSync(join(folder, 'old'))
    expect(loadFacilities([folder]).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  it('come from files and folders together', () => {
    const folder = folderWith({ 'a.yaml': plant('a') })
    const other = folderWith({ 'b.yaml': plant('b') })
    expect(loadFacilities([join(other, 'b.yaml'), folder]).map(({ id }) => id)).toEqual(['b', 'a'])
  })

  it('share what one of them gives', () => {
    const folder = folderWith({
      'a.yaml': plant('a', 'server: { listen: "127.0.0.1:9000", auth: off }\n'),
      'b.yaml': plant('b', 'mqtt: { prefix: other }\n'),
      'c.yaml': plant('c', 'mqtt: { url: embedded, prefix: other }\n'),
    })
    for (const facility of loadFacilities([folder])) {
      expect(facility.server).toMatchObject({ listen: '127.0.0.1:9000', auth: 'off' })
      expect(facility.mqtt).toMatchObject({ prefix: 'other' })
      expect(facility.store.kind).toBe('embedded')
      expect(Object.isFrozen(facility)).toBe(true)
    }
  })

  it.each([
    ['mqtt', 'mqtt: { prefix: one }\n', 'mqtt: { prefix: two }\n'],
    ['store', 'store: { retention: 40d }\n', 'store: { retention: 50d }\n'],
    ['server', 'server: { auth: off }\n', 'server: { auth: required }\n'],
  ])('cannot differ in %s', (section, one, two) => {
    const folder = folderWith({ 'a.yaml': plant('a', one), 'b.yaml': plant('b', two) })
    expect(() => loadFacilities([folder])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_CONFLICT',
        problems: [
          expect.objectContaining({
            file: join(folder, 'b.yaml'),
            path: section,
            message: `differs from ${join(folder, 'a.yaml')}`,
          }),
        ],
      }),
    )
  })

  it('cannot have one id twice', () => {
    const folder = folderWith({ 'a.yaml': PLANT, 'b.yaml': PLANT })
    expect(() => loadFacilities([folder])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_CONFLICT',
        problems: [expect.objectContaining({ file: join(folder, 'b.yaml'), path: 'facility.id' })],
      }),
    )
  })

  it('are refused with the problems of all files', () => {
    const folder = folderWith({
      'a.yaml': plantWith({ 'unit: ppm': 'unit: x' }),
      'b.yaml': plant('b'),
      'c.yaml': 'facility: [',
    })
    expect(() => loadFacilities([folder])).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        problems: [
          expect.objectContaining({ file: join(folder, 'a.yaml'), line: 17 }),
          expect.objectContaining({ file: join(folder, 'c.yaml') }),
        ],
      }),
    )
  })

  it.each([
    ['no path', () => [], 'USAGE'],
    ['a path that is not there', () => [join(temporaryFolder(), 'nowhere')], 'CONFIG_UNREADABLE'],
    ['a folder without facility files', () => [folderWith({ 'a.txt': '' })], 'CONFIG_UNREADABLE'],
    ['files that are no YAML', () => [folderWith({ 'a.yaml': '[' })], 'CONFIG_SYNTAX'],
  ])('are refused for %s', (_name, paths, code) => {
    expect(() => loadFacilities(paths())).toThrow(expect.objectContaining({ code }))
  })
})
