import { useState } from 'preact/hooks'
import type { StockView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { FieldsForm } from './fields-form.tsx'
import type { IncidentPart } from './incident-page.tsx'
import { type Page, useGot } from './use-got.ts'
import { useResponseWords } from './use-response-words.ts'

/** What it took of the stock, and what of it came back. */
export function IncidentStock({ incident, person, isOpen, reload }: IncidentPart) {
  const { state, api } = useConsole()
  const words = useResponseWords()
  const [isAsked, ask] = useState(false)
  const { number, facility, stock } = incident
  const { value } = useGot<Page<StockView>>(`/api/v1/stock?${new URLSearchParams({ facility })}`, {
    version: state.incidentChanges,
  })
  const all = value?.items ?? []
  const left = new Map(all.map((item) => [item.id, item.quantity]))
  return (
    <section class="panel" data-testid="stock-used">
      <h2>{words.text('stockUsed')}</h2>
      {stock.length === 0 && <p class="muted">{words.text('noStockUsed')}</p>}
      <ul>
        {stock.map(({ item, name, quantity, unit }) => (
          <li key={item}>
            {name}: <b>{`${quantity} ${unit}`}</b>{' '}
            {left.has(item) && (
              <span class="muted">{words.text('stockLeft', { quantity: left.get(item) ?? 0, unit })}</span>
            )}
          </li>
        ))}
      </ul>
      {isOpen && !isAsked && all.length > 0 && (
        <div class="action-buttons">
          <button type="button" class="button" data-testid="take-stock" onClick={() => ask(true)}>
            {words.text('takeStock')}
          </button>
        </div>
      )}
      {isOpen && isAsked && (
        <FieldsForm
          id="stock"
          submit={words.text('takeStock')}
          facility={facility}
          person={person}
          fields={[
            {
              name: 'item',
              label: words.text('stockItem'),
              input: 'choice',
              isNeeded: true,
              choices: all.map(({ id, name, quantity, unit }) => ({
                value: id,
                text: `${name} (${quantity} ${unit})`,
              })),
            },
            {
              name: 'quantity',
              label: words.text('quantity'),
              input: 'number',
              isNeeded: true,
              hint: words.text('quantityHint'),
            },
          ]}
          send={(said) => api.asking.post(`/api/v1/incidents/${number}/stock`, said)}
          onCancel={() => ask(false)}
          onDone={() => {
            ask(false)
            void reload()
          }}
        />
      )}
    </section>
  )
}
