import { useCallback, useEffect, useState } from 'preact/hooks'
import type { FacilityTree } from '../../../../contracts/api.ts'
import type { HazardView } from '../../../../contracts/register/hazard-api.ts'
import { useConsole } from '../console-context.ts'

/** Names of a hazard's place, as far as they are known here; ids where they are not. */
export function usePlaceName(): (hazard: Pick<HazardView, 'facility' | 'area'>) => string {
  const { state } = useConsole()
  return ({ facility, area }) => {
    const plant = state.facilities.find(({ id }) => id === facility)?.name ?? facility
    if (area === null) return plant
    const known = state.tree?.id === facility ? state.tree.areas : []
    return `${plant} · ${known.find(({ id }) => id === area)?.name ?? area}`
  }
}

/** The plant that is looked at, or another one, asked for once; undefined while it is not known. */
export function useTree(facility: string | undefined): FacilityTree | undefined {
  const { state, api } = useConsole()
  const [other, setOther] = useState<FacilityTree>()
  const isHere = state.tree?.id === facility
  const load = useCallback(async () => {
    if (facility === undefined || isHere) return
    const answer = await api.facility(facility)
    if (answer.ok) setOther(answer.value)
  }, [api, facility, isHere])
  useEffect(() => void load(), [load])
  if (isHere) return state.tree
  return other?.id === facility ? other : undefined
}
