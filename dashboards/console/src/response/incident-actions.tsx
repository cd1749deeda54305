import type { PlanView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { incidentOffers, transitionOf } from './incident-offers.ts'
import type { IncidentPart } from './incident-page.tsx'
import { Offers } from './offers.tsx'
import { useResponseWords } from './response-words.ts'
import { type Page, useGot } from './use-got.ts'

export function IncidentActions({ incident, person, reload }: IncidentPart) {
  const { api } = useConsole()
  const words = useResponseWords()
  const { number, facility, version } = incident
  const plans = useGot<Page<PlanView>>(`/api/v1/plans?${new URLSearchParams({ facility })}`)
  const { offers, leads } = incidentOffers(incident, plans.value?.items ?? [], words)
  return (
    <Offers
      facility={facility}
      offers={offers}
      leads={leads}
      person={person}
      send={(action, said) =>
        api.asking.post(`/api/v1/incidents/${number}/transitions`, transitionOf(action, version, said))
      }
      reload={reload}
    />
  )
}
