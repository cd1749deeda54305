import type { ComponentChildren } from 'preact'
import type { AlarmConfiguration } from '../../../../contracts/alarm-detail-api.ts'
import type { AlarmView } from '../../../../contracts/api.ts'
import { parseDuration } from '../../../../contracts/duration.ts'
import type { Priority } from '../../../../contracts/facility-schema.ts'
import { PRIORITY_ORDER } from '../annunciation.ts'
import { useConsole } from '../console-context.ts'
import { testFlagOf } from '../running-tests.ts'
import { SET_ASIDE_KINDS, setAside } from '../set-aside.ts'
import { CONDITION_TEXTS, PRIORITY_TEXTS, STATE_TEXTS } from '../texts.ts'
import { ageOf, ageText, shortTime, spanText } from '../time-text.ts'
import { FlagUntil } from './flag-until.tsx'
import { TestMark } from './test-mark.tsx'

interface AlarmFactsProps {
  alarm: AlarmView
  /** As configured; undefined where it is not known. */
  base: Priority | undefined
  configuration: AlarmConfiguration | undefined
}

/** How the alarm stands, and by what rules it lives. */
export function AlarmFacts({ alarm, base, configuration }: AlarmFactsProps) {
  const { state, words } = useConsole()
  const time = (iso: string) =>
    `${shortTime(iso, state.heardTime)} · ${ageText(ageOf(iso, state.now), words)}`
  const flags = SET_ASIDE_KINDS.flatMap((kind) => setAside([alarm], kind))
  return (
    <dl class="facts" data-testid="alarm-facts">
      <Fact name={words.text('state')}>
        <b>{words.of(STATE_TEXTS[alarm.state])}</b>
        {alarm.live !== alarm.state && (
          <span class="muted">
            {' '}
            · {words.text('beneath')}: {words.of(STATE_TEXTS[alarm.live])}
          </span>
        )}
      </Fact>
      {flags.map(({ kind, flag }) => (
        <Fact key={`${kind}${flag.cause}`} name={words.text(kind)}>
          {flag.by}
          {flag.approvedBy !== null && ` · ${words.text('approvedBy', { name: flag.approvedBy })}`} ·{' '}
          {flag.reason} · <FlagUntil flag={flag} /> {testFlagOf(alarm) === flag && <TestMark />}
        </Fact>
      ))}
      <Fact name={words.text('condition')}>{words.of(CONDITION_TEXTS[alarm.condition])}</Fact>
      <Fact name={words.text('since')}>{time(alarm.since)}</Fact>
      {alarm.raised !== null && <Fact name={words.text('raisedAt')}>{time(alarm.raised)}</Fact>}
      {alarm.occurrence !== null && (
        <Fact name={words.text('occurrence')}>
          <code>{alarm.occurrence}</code>
        </Fact>
      )}
      {alarm.acknowledgedBy !== null && (
        <Fact name={words.text('acknowledgedBy')}>
          {alarm.acknowledgedBy}
          {alarm.comment !== null && alarm.comment !== '' && ` “${alarm.comment}”`}
        </Fact>
      )}
      {alarm.group !== null && (
        <Fact name={words.text('group')}>
          {alarm.group} · {alarm.firstInGroup ? <b>① {words.text('cameFirst')}</b> : words.text('cameLater')}
        </Fact>
      )}
      <Fact name={words.text('priority')}>
        <b>{words.of(PRIORITY_TEXTS[alarm.priority])}</b>
        {base !== undefined && base !== alarm.priority && (
          <b> ▲ {words.text('roseFrom', { priority: words.of(PRIORITY_TEXTS[base]) })}</b>
        )}
        {risesAhead(alarm, configuration).map(({ after, priority }) => (
          <span key={after} class="muted">
            {' '}
            · {words.text('risesTo', { priority: words.of(PRIORITY_TEXTS[priority]), span: spanOf(after) })}
          </span>
        ))}
      </Fact>
      <Fact name={words.text('class')}>
        {alarm.class}
        {alarm.lifeSafety && <b> · ✚ {words.text('lifeSafety')}</b>}
      </Fact>
      {configuration !== undefined && (
        <Fact name={words.text('delays')}>
          {words.text('delaysOf', { on: configuration.onDelay, off: configuration.offDelay })}
        </Fact>
      )}
      {configuration !== undefined && configuration.reAlarm !== null && (
        <Fact name={words.text('reAlarm')}>
          {words.text('reAlarmAfter', { span: spanOf(configuration.reAlarm) })}
        </Fact>
      )}
    </dl>
  )

  function spanOf(text: string): string {
    return spanText(parseDuration(text) ?? 0, words)
  }
}

/** Those that would still change something. */
function risesAhead(
  alarm: AlarmView,
  configuration: AlarmConfiguration | undefined,
): AlarmConfiguration['rise'] {
  const rank = (priority: Priority) => PRIORITY_ORDER.indexOf(priority)
  return (configuration?.rise ?? []).filter(({ priority }) => rank(priority) < rank(alarm.priority))
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
