import type { AlarmView } from '../../../../contracts/api.ts'
import type { SettingsView } from '../../../../contracts/settings-api.ts'
import { useConsole } from '../console-context.ts'
import { useBarrier } from '../session.ts'
import { changeTexts, unitOf } from '../setting-changes.ts'
import { settingText } from '../setting-text.ts'
import { differingFields, SETTING_FIELDS } from '../settings-form.ts'
import { SETTING_TEXTS } from '../texts.ts'
import { shortTime } from '../time-text.ts'
import { CONDITION_SIGNS } from './condition-sign.ts'

interface SetPointProps {
  alarm: AlarmView
  settings: SettingsView
}

/** What holds, what the file says where that differs, who changed it and why. */
export function SetPoint({ alarm, settings }: SetPointProps) {
  const { words, commands } = useConsole()
  const barrier = useBarrier()
  const { current, file } = settings
  const differing = new Set(differingFields(settings))
  return (
    <section class="panel" data-testid="set-point">
      <div class="trend-head">
        <h2>{words.text('setPoint')}</h2>
        <button
          type="button"
          class="button"
          data-testid="change-set-point"
          {...barrier('settings')}
          onClick={() => commands.open({ dialog: 'set-point', alarm, settings })}
        >
          {words.text('changeSetPoint')}
        </button>
      </div>
      {settings.differs && (
        <div class="differs" role="alert" data-testid="settings-differ">
          <p>
            <b aria-hidden="true">⚠ </b>
            {words.text('fileDiffers')}
          </p>
          <button
            type="button"
            class="button"
            data-testid="settle"
            {...barrier('settings')}
            onClick={() => commands.open({ dialog: 'settle', alarm, settings })}
          >
            {words.text('settle')}
          </button>
        </div>
      )}
      <dl class="facts">
        {SETTING_FIELDS.filter((field) => current[field] !== null).map((field) => (
          <div key={field}>
            <dt>{words.of(SETTING_TEXTS[field])}</dt>
            <dd>
              <b>
                {field === 'limit' && `${CONDITION_SIGNS[alarm.when]} `}
                {settingText(field, current[field], unitOf(field, alarm.unit), words)}
              </b>
              {differing.has(field) && (
                <span class="note">
                  ≠{' '}
                  {words.text('fileSays', {
                    value: settingText(field, file[field], unitOf(field, alarm.unit), words),
                  })}
                </span>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <details class="revisions" open={settings.history.length > 0}>
        <summary>
          {words.text('revisions')} <span class="nav-note">{settings.history.length}</span>
        </summary>
        {settings.history.length === 0 && <p class="muted">{words.text('noRevisions')}</p>}
        <ul>
          {settings.history.map((revision) => (
            <Revision key={revision.revision} revision={revision} alarm={alarm} />
          ))}
        </ul>
      </details>
    </section>
  )
}

function Revision({ revision, alarm }: { revision: SettingsView['history'][number]; alarm: AlarmView }) {
  const { state, words } = useConsole()
  return (
    <li class="revision">
      <span class="muted">{shortTime(revision.time, state.heardTime)}</span>{' '}
      {changeTexts(revision.changes, alarm.unit, words).map((text) => (
        <b key={text}>{text} </b>
      ))}
      {revision.settled !== null && (
        <b>{words.text(revision.settled === 'file' ? 'settledFile' : 'settledKept')} </b>
      )}
      <span>{words.text('revisionBy', { by: revision.by, approver: revision.approvedBy })}</span>{' '}
      <span class="note quote">“{revision.reason}”</span>
    </li>
  )
}
