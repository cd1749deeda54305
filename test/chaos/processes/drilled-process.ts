import { SteppedClock, systemClock } from '../../../contracts/clock.ts'

/** What the drill tells a process of ours while it runs. */
export interface StepMessage {
  /** The wall clock goes forward by so many ms, or back. */
  readonly stepMs: number
}

/** The first two arguments are the drill's own: the name of this run, and how far its clock is off, ms. */
export function enterDrill(process: NodeJS.Process): { life: string; clock: SteppedClock; argv: string[] } {
  const [life = '', offset = '0', ...argv] = process.argv.slice(2)
  const clock = new SteppedClock(systemClock)
  clock.step(Number(offset))
  process.on('message', ({ stepMs }: StepMessage) => clock.step(stepMs))
  // To be able to be told something is no reason to stay.
  process.channel?.unref()
  return { life, clock, argv }
}
