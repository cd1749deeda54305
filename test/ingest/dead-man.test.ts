import { beforeEach, describe, expect, it } from 'vitest'
import { FIRST_WORD_MS } from '../../ingest/intake/gateway-watch.ts'
import { IntakeScene } from './intake-scene.ts'

/** Nobody has to have been heard for their silence to be told. */

let scene: IntakeScene

beforeEach(() => {
  scene = new IntakeScene()
  scene.intake.listen()
})

/** Gateways that were told lost by then, looked for four times a second. */
function lostAfter(ms: number): string[] {
  const before = scene.of('lost').length
  for (let passed = 0; passed < ms; passed += 250) {
    scene.clock.advance(250)
    scene.intake.sweep()
  }
  return scene
    .of('lost')
    .slice(before)
    .map(({ gateway }) => gateway)
}

describe('a gateway that has not been heard since the start', () => {
  it('is lost, once', () => {
    expect(lostAfter(FIRST_WORD_MS)).toEqual([])
    expect(lostAfter(250)).toEqual(['gw-1', 'gw-2'])
    expect(lostAfter(60_000)).toEqual([])
  })

  it('is lost when the broker only remembers its birth, or a farewell of an earlier session', () => {
    scene.state({ state: 'online', epoch: 'e0', session: 's0', since: 1, version: '0', config: 'x' }, 'gw-1')
    scene.state({ state: 'offline', epoch: 'e0', session: 's0' }, 'gw-2')
    expect(lostAfter(FIRST_WORD_MS + 250)).toEqual(['gw-1', 'gw-2'])
  })

  it('is lost when it sends nothing but history', async () => {
    const history = scene.batch({ readings: [{ sensor: 'GT-101', time: scene.now - 60_000, value: 1 }] })
    await scene.send(history, 'backlog')
    expect(lostAfter(FIRST_WORD_MS + 250)).toContain('gw-1')
  })

  it('is lost while another one speaks', async () => {
    for (let seq = 1; seq <= 8; seq++) {
      await scene.live({ seq, snapshot: true })
      lostAfter(2_000)
    }
    expect(scene.of('lost').map(({ gateway }) => gateway)).toEqual(['gw-2'])
  })

  it('is lost after a restart of the server too, whatever it was before', async () => {
    await scene.live({ snapshot: true })
    scene.checkpoint()
    scene.restart()
    scene.intake.listen()
    expect(lostAfter(FIRST_WORD_MS + 250)).toEqual(['gw-1', 'gw-2'])
  })

  it('is lost though the wall clock of the server is set back meanwhile', () => {
    scene.clock.advance(5_000)
    scene.clock.step(-3_600_000)
    scene.intake.clockStepped(scene.steady.checkStep())
    expect(lostAfter(FIRST_WORD_MS - 5_000 + 250)).toEqual(['gw-1', 'gw-2'])
  })
})
