import { describe, expect, it } from 'vitest'
import { EXIT, parseCommandLine, runCommand, type Terminal } from '../../contracts/cli.ts'
import { CodedError } from '../../contracts/errors.ts'

const OPTIONS = { config: { type: 'string' }, json: { type: 'boolean' } } as const

function terminal() {
  const told: string[] = []
  const given: Terminal = {
    argv: [],
    env: {},
    out: () => undefined,
    err: (text) => void told.push(text),
    stopped: new Promise(() => undefined),
  }
  return { given, told }
}

describe('command line', () => {
  it('gives values and positionals', () => {
    expect(parseCommandLine(['run', '--config', 'f.yaml', '--json'], OPTIONS)).toMatchObject({
      values: { config: 'f.yaml', json: true },
      positionals: ['run'],
    })
  })

  it.each([[['--confg', 'f']], [['--config']], [['--json=yes']], [['-x']]])('refuses %j', (argv) => {
    expect(() => parseCommandLine(argv, OPTIONS)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it.each([
    ['an exit code', () => Promise.resolve(EXIT.failed), 1, undefined],
    ['success', () => Promise.resolve(EXIT.ok), 0, undefined],
    ['bad usage', () => Promise.reject(new CodedError('USAGE', 'x')), 2, /^USAGE: x\n {2}-> .+\n$/],
    [
      'a coded error',
      () => Promise.reject(new CodedError('PORT_TAKEN', 'x')),
      1,
      /^PORT_TAKEN: x\n {2}-> .+\n$/,
    ],
    ['a defect', () => Promise.reject(new TypeError('x')), 1, /^INTERNAL: TypeError: x\n/],
  ])('ends with %s', async (_name, command, code, message) => {
    const { given, told } = terminal()
    expect(await runCommand(given, command)).toBe(code)
    if (message === undefined) expect(told).toEqual([])
    else expect(told).toEqual([expect.stringMatching(message)])
  })
})
