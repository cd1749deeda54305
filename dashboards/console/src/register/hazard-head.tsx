import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import { formatRoute } from '../route.ts'
import { STATUS_TEXTS } from '../texts/register.ts'
import { dayTime } from './deadline.ts'
import { DeadlineNote, GradeNote } from './hazard-marks.tsx'
import { usePlaceName } from './place-names.ts'
import { RiskMark, RiskNote } from './risk-mark.tsx'
import { trackOf } from './status-track.ts'
import { useRegisterWords } from './use-register-words.ts'

/** What it is about, how bad and how far it has come. */
export function HazardHead({ hazard }: { hazard: HazardDetail }) {
  const words = useRegisterWords()
  const placeName = usePlaceName()
  const { number, title, description, risk, status, majorBy, supervised, reopens, reopenedAs, closed } =
    hazard
  const isClosed = status === 'closed'
  return (
    <section class="panel hazard-head" data-testid="hazard-head">
      <div class="hazard-title">
        {risk !== null && <RiskMark colour={risk.colour} outline={isClosed} size={44} />}
        <div>
          <h1>
            <span class="hazard-number">{words.text('hazardNumber', { number })}</span> {title}
          </h1>
          <p class="muted">{placeName(hazard)}</p>
          <p class="said">{description}</p>
          <p class="hazard-marks">
            <GradeNote {...hazard} />
            {majorBy !== null && <span class="muted">{words.text('majorBy', { rule: majorBy })}</span>}
            <RiskNote colour={risk?.colour} outline={isClosed} />
            {supervised !== null && (
              <b>
                ⚑ {words.text('supervisedNote')}: {supervised.authority}
              </b>
            )}
          </p>
        </div>
        <div class="hazard-deadline">
          {isClosed && closed !== null ? (
            <span>{words.text('closedAt', { time: dayTime(closed.time), by: closed.by })}</span>
          ) : (
            <>
              <span class="muted">{words.text('deadline')}</span> <DeadlineNote hazard={hazard} />
            </>
          )}
        </div>
      </div>
      <StatusTrack hazard={hazard} />
      {reopens !== null && (
        <p>
          <a href={formatRoute({ page: 'hazard', number: reopens })}>
            {words.text('reopens', { number: reopens })}
          </a>
        </p>
      )}
      {reopenedAs !== null && (
        <p>
          <a href={formatRoute({ page: 'hazard', number: reopenedAs })}>
            {words.text('reopenedAs', { number: reopenedAs })}
          </a>
        </p>
      )}
    </section>
  )
}

/** The eight statuses in a row: what is done, where it stands, what lies ahead. */
function StatusTrack({ hazard }: { hazard: HazardDetail }) {
  const words = useRegisterWords()
  return (
    <ol class="track" aria-label={words.text('track')} data-testid="track">
      {trackOf(hazard).map(({ status, place, time }) => (
        <li
          key={status}
          class={`track-${place}`}
          aria-current={place === 'now' ? 'step' : undefined}
          title={place === 'ahead' ? undefined : words.text(place === 'done' ? 'trackDone' : 'trackNow')}
        >
          <span class="track-sign" aria-hidden="true">
            {place === 'done' ? '✓' : place === 'now' ? '●' : ''}
          </span>
          <span>{words.of(STATUS_TEXTS[status])}</span>
          <small class="muted">{time === undefined ? '' : dayTime(time).slice(5)}</small>
        </li>
      ))}
    </ol>
  )
}
