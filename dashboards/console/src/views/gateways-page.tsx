import type { GatewayView, LedgerItem } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { useLedger } from '../ledger-loader.ts'
import { countText, numberText } from '../number-text.ts'
import { GATEWAY_TEXTS, type TextKey } from '../texts.ts'
import { ageOf, ageText, shortTime } from '../time-text.ts'
import { GatewayHealth } from './gateway-health.tsx'
import { GatewayLedger } from './gateway-ledger.tsx'
import { ProblemNote } from './problem-note.tsx'

/** Beyond this the gateway's clock raises an alarm (DESIGN section 5). */
const SKEW_ABNORMAL_MS = 5_000

/** Counters that are worth looking at when they are not zero. */
const TROUBLES: ReadonlySet<keyof GatewayView['counters']> = new Set(['rejected', 'missing', 'lost'])
const COUNTERS = [
  'batches',
  'readings',
  'late',
  'duplicates',
  'rejected',
  'missing',
  'lost',
] as const satisfies readonly (keyof GatewayView['counters'] & TextKey)[]

/** Whether what is shown still comes from the plant. */
export function GatewaysPage() {
  const { state, words } = useConsole()
  const { items, failure } = useLedger()
  return (
    <div class="page">
      <h1>{words.text('gateways')}</h1>
      {failure !== undefined && <ProblemNote failure={failure} />}
      <div class="gateways">
        {[...state.gateways.values()].map((gateway) => (
          <GatewayCard
            key={gateway.id}
            gateway={gateway}
            ledger={items === undefined ? undefined : (items.get(gateway.id) ?? null)}
          />
        ))}
      </div>
    </div>
  )
}

interface GatewayCardProps {
  gateway: GatewayView
  /** Null when the ledger knows nothing of it, undefined while the ledger is not there. */
  ledger: LedgerItem | null | undefined
}

function GatewayCard({ gateway, ledger }: GatewayCardProps) {
  const { state, words } = useConsole()
  const isOnline = gateway.state === 'online'
  return (
    <section
      class={isOnline ? 'panel gateway' : 'panel gateway gateway-missing'}
      data-testid={`gateway-${gateway.id}`}
      data-state={gateway.state}
    >
      <div class="gateway-head">
        <div>
          <h2>{gateway.id}</h2>
          <p>{gateway.name}</p>
        </div>
        <p class={isOnline ? 'link-state' : 'link-state missing'}>
          <b aria-hidden="true">{isOnline ? '●' : '✕'}</b> {words.of(GATEWAY_TEXTS[gateway.state])}
          {gateway.since !== null && (
            <span>
              {shortTime(gateway.since, state.heardTime)} · {ageText(ageOf(gateway.since, state.now), words)}
            </span>
          )}
        </p>
      </div>
      <Facts gateway={gateway} />
      {ledger !== undefined && <GatewayLedger item={ledger} />}
      <dl class="counters">
        {COUNTERS.map((name) => (
          <div key={name} class={TROUBLES.has(name) && gateway.counters[name] > 0 ? 'trouble' : ''}>
            <dt>{words.text(name)}</dt>
            <dd>{countText(gateway.counters[name])}</dd>
          </div>
        ))}
      </dl>
      <GatewayHealth health={gateway.health} isOnline={isOnline} />
    </section>
  )
}

function Facts({ gateway }: { gateway: GatewayView }) {
  const { state, words } = useConsole()
  const { lastHeard, skewMs, configMatches } = gateway
  const isSkewed = skewMs !== null && Math.abs(skewMs) > SKEW_ABNORMAL_MS
  return (
    <dl class="facts">
      <div>
        <dt>{words.text('lastHeard')}</dt>
        <dd>
          {lastHeard === null
            ? words.text('never')
            : `${shortTime(lastHeard, state.heardTime)} · ${ageText(ageOf(lastHeard, state.now), words)}`}
        </dd>
      </div>
      <div class={isSkewed ? 'trouble' : ''}>
        <dt>{words.text('skew')}</dt>
        <dd>{skewMs === null ? '–' : `${numberText(skewMs / 1_000, 2)} s`}</dd>
      </div>
      <div class={configMatches === false ? 'trouble' : ''}>
        <dt>{words.text('config')}</dt>
        <dd>
          {configMatches === null
            ? words.text('unknown')
            : words.text(configMatches ? 'configSame' : 'configDiffers')}
        </dd>
      </div>
      <div>
        <dt>{words.text('versionLabel')}</dt>
        <dd>{gateway.version ?? '–'}</dd>
      </div>
    </dl>
  )
}
