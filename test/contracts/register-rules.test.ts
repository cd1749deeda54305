import { describe, expect, it } from 'vitest'
import { parseFacility } from '../../contracts/facility-load.ts'
import { PLANT, problemsOf } from './plant-text.ts'

const URL = 'postgres://davylamp@db.plant.example:5432/davylamp'

const plant = (register: object) => `server: ${JSON.stringify({ register })}\n${PLANT}`

describe('server.register', () => {
  it('is a file unless somebody says otherwise', () => {
    expect(parseFacility(PLANT, 'p.yaml').server.register).toEqual({ kind: 'sqlite' })
  })

  it('has paths that are absolute', () => {
    const given = { kind: 'postgresql', url: URL, passwordFile: 'secret', ca: '../ca.crt' }
    expect(parseFacility(plant(given), '/etc/davylamp/plant.yaml').server.register).toEqual({
      kind: 'postgresql',
      url: URL,
      passwordFile: '/etc/davylamp/secret',
      ca: '/etc/ca.crt',
    })
  })

  it.each([
    ['without a url', {}, 'server.register: kind postgresql needs url'],
    ['with a password', { url: 'postgres://a:secret@b/c' }, 'holds a password'],
    ['without a user', { url: 'postgres://b/c' }, 'expected postgres://user@host/database'],
    ['without a database', { url: 'postgres://a@b/' }, 'expected postgres://user@host/database'],
    ['with another protocol', { url: 'mysql://a@b/c' }, 'expected postgres://user@host/database'],
    ['with options', { url: 'postgres://a@b/c?sslmode=disable' }, 'takes no options'],
    ['with a broken name', { url: 'postgres://a@b/%ff' }, 'has a % that means nothing'],
  ])('refuses one %s, and repeats nothing of it', (_what, register, message) => {
    const { lines } = problemsOf(plant({ kind: 'postgresql', ...register }))
    expect(lines).toEqual([expect.stringContaining(message)])
    expect(lines.join()).not.toContain('secret')
  })

  it('refuses what is of PostgreSQL without it', () => {
    expect(problemsOf(plant({ url: URL, ca: 'x' })).lines).toEqual([
      expect.stringContaining('server.register.url: belongs to kind postgresql'),
      expect.stringContaining('server.register.ca: belongs to kind postgresql'),
    ])
  })
})
