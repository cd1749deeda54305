import { type Sound, soundOf } from './annunciation.ts'
import type { Store } from './store.ts'

/** Sound returns until somebody acknowledges or silences. */
const REPEAT_MS = 2_000

/** Tones of each sound: start and length in seconds, pitch in hertz. */
const TONES: Readonly<
  Record<Exclude<Sound, 'none'>, readonly { at: number; length: number; hertz: number }[]>
> = {
  alarm: [
    { at: 0, length: 0.16, hertz: 880 },
    { at: 0.22, length: 0.16, hertz: 1174 },
  ],
  'no-data': [{ at: 0, length: 0.5, hertz: 392 }],
}

/** The console's loudspeaker. A browser lets a page sound only after somebody touched it. */
export class Horn {
  readonly #store: Store
  #context: AudioContext | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  #sound: Sound = 'none'

  constructor(store: Store) {
    this.#store = store
  }

  start(): void {
    this.#store.subscribe(() => this.#follow())
    // A control-room browser may be set to allow it at once; a reload at night must not fall silent.
    this.#allow()
    for (const gesture of ['pointerdown', 'keydown'] as const) {
      document.addEventListener(gesture, () => this.#allow(), { passive: true })
    }
  }

  #allow(): void {
    this.#context ??= new AudioContext()
    const context = this.#context
    const report = () => this.#store.dispatch({ kind: 'sound', allowed: context.state === 'running' })
    // A refusal leaves the note on the screen that sound is off.
    context.resume().then(report, report)
  }

  #follow(): void {
    const sound = soundOf(this.#store.state)
    if (sound === this.#sound) return
    this.#sound = sound
    clearInterval(this.#timer)
    if (sound === 'none') return
    this.#play(sound)
    this.#timer = setInterval(() => this.#play(sound), REPEAT_MS)
  }

  #play(sound: Exclude<Sound, 'none'>): void {
    const context = this.#context
    if (context?.state !== 'running') return
    for (const tone of TONES[sound]) {
      const start = context.currentTime + tone.at
      const oscillator = new OscillatorNode(context, { type: 'triangle', frequency: tone.hertz })
      const gain = new GainNode(context, { gain: 0 })
      // Ramps, since a tone that is cut sharply clicks.
      gain.gain.setValueAtTime(0, start)
      gain.gain.linearRampToValueAtTime(0.4, start + 0.02)
      gain.gain.setValueAtTime(0.4, start + tone.length - 0.03)
      gain.gain.linearRampToValueAtTime(0, start + tone.length)
      oscillator.connect(gain).connect(context.destination)
      oscillator.start(start)
      oscillator.stop(start + tone.length)
    }
  }
}
