import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HashingQueue } from '../../../alerting/people/hashing-queue.ts'
import { COST, hashPassword, isOutdated, isPassword } from '../../../alerting/people/password.ts'
import { checkPassword } from '../../../alerting/people/password-rules.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Role } from '../../../contracts/roles.ts'
import { CHEAP } from './people-scene.ts'

describe('a hash of a password', () => {
  test('has its parameters, another salt each time, and fits its password alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (password, other) => {
        const [one, two] = [
          await hashPassword(password, randomBytes(16), CHEAP),
          await hashPassword(password, randomBytes(16), CHEAP),
        ]
        expect(one).not.toBe(two)
        expect(one).toMatch(/^\$scrypt\$ln=2,r=1,p=1\$/)
        expect(await isPassword(password, one)).toBe(true)
        expect(await isPassword(`${password}${other}x`, one)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })

  test('is that of the RFC for its test vector', async () => {
    // RFC 7914, section 12: scrypt("password", "NaCl", 1024, 8, 16).
    const hash = await hashPassword('password', Buffer.from('NaCl'), { ln: 10, r: 8, p: 16 })
    const key = Buffer.from(hash.split('$').at(-1) ?? '', 'base64').toString('hex')
    expect(key).toBe('fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162')
  })

  test('of a keyboard that composes letters otherwise is the same', async () => {
    const hash = await hashPassword('Zu\u0308rich am See', randomBytes(16), CHEAP)
    expect(await isPassword('Z\u00fcrich am See', hash)).toBe(true)
  })

  test('of another cost is told, and one that was tampered with fits nothing and takes no memory', async () => {
    const hash = await hashPassword('x', randomBytes(16), CHEAP)
    expect(isOutdated(hash, CHEAP)).toBe(false)
    expect(isOutdated(hash)).toBe(true)
    expect(isOutdated(await hashPassword('x', randomBytes(16), COST))).toBe(false)
    for (const wrong of [
      '',
      'x',
      hash.replace('ln=2', 'ln=60'),
      hash.replace('ln=2', 'ln=0'),
      hash.replace('r=1', 'r=0'),
    ])
      expect(await isPassword('x', wrong)).toBe(false)
  })
})

describe('a new password', () => {
  const cases: [string, Role, string | undefined][] = [
    ['kurzes8', 'operator', 'PASSWORD_TOO_SHORT'],
    ['stone ro', 'operator', undefined],
    ['stone road', 'engineer', 'PASSWORD_TOO_SHORT'],
    ['stone road up', 'admin', undefined],
    ['八个汉字可以作密码', 'viewer', undefined],
    ['🔥🔥🔥🔥', 'viewer', 'PASSWORD_TOO_SHORT'],
    ['password', 'viewer', 'PASSWORD_TOO_EASY'],
    ['Password2026!', 'admin', 'PASSWORD_TOO_EASY'],
    ['QWERTYUIOP', 'viewer', 'PASSWORD_TOO_EASY'],
    ['12345678', 'viewer', 'PASSWORD_TOO_EASY'],
    ['hgfedcba', 'viewer', 'PASSWORD_TOO_EASY'],
    ['aaaaaaaaaaaa', 'viewer', 'PASSWORD_TOO_EASY'],
    ['abcabcabcabc', 'viewer', 'PASSWORD_TOO_EASY'],
    ['demo-plant', 'viewer', 'PASSWORD_TOO_EASY'],
    ['Demo-Plant2026', 'admin', 'PASSWORD_TOO_EASY'],
    ['controlroom1', 'admin', 'PASSWORD_TOO_EASY'],
  ]
  test.each(cases)('%s of a %s: %s', (password, role, code) => {
    const check = () => checkPassword(password, role, ['li.wei', 'demo-plant'])
    if (code === undefined) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code }))
  })
})

describe('hashing', () => {
  test('is one at a time; known people first; too many are sent away and nothing is begun for them', async () => {
    const queue = new HashingQueue()
    const done: string[] = []
    let running = 0
    const work = (name: string) => async () => {
      running += 1
      expect(running).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, 1))
      running -= 1
      done.push(name)
    }
    const strangers = Array.from({ length: 30 }, (_, n) =>
      queue.run('unknown', work(`stranger ${n}`)).catch((error: unknown) => (error as CodedError).code),
    )
    const known = queue.run('known', work('li'))
    const refused = (await Promise.all(strangers)).filter((code) => code === 'SIGN_IN_BUSY')
    await known
    expect(refused).toHaveLength(13)
    expect(done).toHaveLength(18)
    expect(done.indexOf('li')).toBe(1)
    await queue.run('unknown', work('after'))
    expect(done.at(-1)).toBe('after')
  })

  test('goes on after one that fails', async () => {
    const queue = new HashingQueue()
    const failing = queue.run('known', () => Promise.reject(new CodedError('INTERNAL', 'no')))
    const next = queue.run('known', async () => 'next')
    await expect(failing).rejects.toThrow('no')
    expect(await next).toBe('next')
  })
})
