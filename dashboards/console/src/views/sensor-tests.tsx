import type { SensorView } from '../../../../contracts/api.ts'
import type { TestView } from '../../../../contracts/test-api.ts'
import { useConsole } from '../console-context.ts'
import { countText, quantityText, styleOf } from '../number-text.ts'
import { useBarrier } from '../session.ts'
import { TEST_KIND_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { ProblemNote } from './problem-note.tsx'
import { TestMark } from './test-mark.tsx'

/** Ended tests that are shown. */
const MOST_TESTS = 5

/** The tests of a sensor with their evidence, and the way to a new one. */
export function SensorTests({ sensor }: { sensor: SensorView }) {
  const { state, words, commands, tests } = useConsole()
  const barrier = useBarrier()
  if (tests.failure !== undefined) return <ProblemNote failure={tests.failure} />
  if (!tests.isLoaded) return null
  const mine = tests.items.filter((test) => test.sensors.includes(sensor.id))
  // What is computed stands nowhere in the field: the server takes no test of it by name.
  const isOfField = sensor.derived === null
  if (!isOfField && mine.length === 0) return null
  const sorted = [...mine].sort((a, b) => Date.parse(b.started) - Date.parse(a.started))
  return (
    <section class="panel" data-testid="sensor-tests">
      <div class="trend-head">
        <h2>{words.text('tests')}</h2>
        {isOfField && (
          <button
            type="button"
            class="button"
            data-testid="start-test"
            {...barrier('start-test')}
            onClick={() =>
              commands.open({ dialog: 'start-test', facility: state.facility ?? '', sensor: sensor.id })
            }
          >
            {words.text('startTest')}
          </button>
        )}
      </div>
      {sorted.length === 0 && <p class="muted">{words.text('noTests')}</p>}
      {sorted.slice(0, MOST_TESTS).map((test) => (
        <TestRecord key={test.id} test={test} sensor={sensor} />
      ))}
    </section>
  )
}

function TestRecord({ test, sensor }: { test: TestView; sensor: SensorView }) {
  const { state, words } = useConsole()
  const time = (iso: string) => shortTime(iso, state.heardTime)
  const style = styleOf(sensor)
  return (
    <div class="test-record" data-testid={`test-${test.id}`}>
      <p>
        {test.ended === null && <TestMark />} <b>{words.of(TEST_KIND_TEXTS[test.kind])}</b> ·{' '}
        {time(test.started)} · {test.by}
        {test.approvedBy !== null && ` · ${words.text('approvedBy', { name: test.approvedBy })}`} ·{' '}
        {test.reason} ·{' '}
        <span class="muted">
          {test.ended === null
            ? words.text('testUntil', { time: time(test.until) })
            : test.endedBy === null
              ? words.text('testOver', { time: time(test.ended) })
              : words.text('testEnded', { time: time(test.ended), name: test.endedBy })}
        </span>
      </p>
      <ul>
        {test.evidence
          .filter((line) => line.sensor === sensor.id)
          .map(({ alarm, raised, returned, peak }) => (
            <li key={alarm}>
              <b>{alarm}</b>{' '}
              {raised === null
                ? `○ ${words.text('evidenceNotRaised')}`
                : `✓ ${words.text('evidenceRaised', { time: time(raised) })}`}
              {raised !== null &&
                ` · ${
                  returned === null
                    ? `○ ${words.text('evidenceNotReturned')}`
                    : `✓ ${words.text('evidenceReturned', { time: time(returned) })}`
                }`}
              {peak !== null && ` · ${words.text('evidencePeak', { value: quantityText(peak, style) })}`}
            </li>
          ))}
        {test.readings
          .filter((line) => line.sensor === sensor.id)
          .map(({ count, last }) => (
            <li key="readings">
              {words.text('evidenceReadings', { count: countText(count) })}
              {last !== null && last.value !== null && (
                <>
                  {' · '}
                  {words.text('evidenceLast', {
                    value: quantityText(last.value, style),
                    time: time(last.time),
                  })}
                </>
              )}
            </li>
          ))}
      </ul>
    </div>
  )
}
