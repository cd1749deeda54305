import type { PlanView } from '../../../../contracts/register/incident-api.ts'
import { useConsole } from '../console-context.ts'
import { incidentOffers, transitionOf } from './incident-offers.ts'
import type { IncidentPart } from './incident-page.tsx'
import { Offers } from './offers.tsx'
import { useResponseWords } from './use-response-words.ts'

/** What may be done with it now. */
export function IncidentActions({
  incident,
  person,
  reload,
  plans,
}: IncidentPart & { plans: readonly PlanView[] }) {
  const { api } = useConsole()
  const words = useResponseWords()
  const { number, facility, version } = incident
  const { offers, leads } = incidentOffers(incident, plans, words)
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
