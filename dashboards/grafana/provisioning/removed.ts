import { parse } from 'yaml'
import { list, record } from '../untrusted.ts'
import { yamlFile } from './yaml-file.ts'

export const ALERTING = 'provisioning/alerting/'
export const REMOVED_FILE = `${ALERTING}removed.yaml`

/** What provisioning files make in Grafana, by the names that they are deleted by. */
interface Made {
  readonly rules: ReadonlySet<string>
  readonly receivers: ReadonlySet<string>
  readonly hasPolicies: boolean
}

/**
 * What is to be deleted in Grafana: it keeps rules and contact points that are only left out of its files. What was to be
 * deleted before stays so, since nobody knows whether Grafana has read it by now. Undefined when there is nothing.
 */
export function removedFile(
  previous: ReadonlyMap<string, string>,
  current: ReadonlyMap<string, string>,
): string | undefined {
  const [before, now] = [madeBy(previous), madeBy(current)]
  const rules = [...before.rules.union(deletedBy(previous)).difference(now.rules)].sort()
  // One that would be the last is left: Grafana refuses to delete what a policy may still use, and then does not start.
  const receivers = now.receivers.size === 0 ? [] : [...before.receivers.difference(now.receivers)].sort()
  const content = {
    ...(rules.length > 0 && { deleteRules: rules.map((uid) => ({ orgId: 1, uid })) }),
    ...(receivers.length > 0 && { deleteContactPoints: receivers.map((uid) => ({ orgId: 1, uid })) }),
    ...(before.hasPolicies && !now.hasPolicies && { resetPolicies: [1] }),
  }
  return Object.keys(content).length === 0 ? undefined : yamlFile(content)
}

function madeBy(files: ReadonlyMap<string, string>): Made {
  const contents = contentsOf(files)
  const uids = (of: string, within: string) =>
    contents.flatMap((content) =>
      list(content[of])
        .flatMap((one) => list(one[within]))
        .map(uidOf),
    )
  return {
    rules: new Set(uids('groups', 'rules')),
    receivers: new Set(uids('contactPoints', 'receivers')),
    hasPolicies: contents.some(({ policies }) => list(policies).length > 0),
  }
}

function deletedBy(files: ReadonlyMap<string, string>): Set<string> {
  return new Set(contentsOf(files).flatMap(({ deleteRules }) => list(deleteRules).map(uidOf)))
}

/** Of what may have been edited by hand: what is no YAML made nothing. */
function contentsOf(files: ReadonlyMap<string, string>): Record<string, unknown>[] {
  return [...files].flatMap(([path, text]) => {
    if (!path.startsWith(ALERTING)) return []
    try {
      return [record(parse(text))]
    } catch {
      return []
    }
  })
}

function uidOf({ uid }: Record<string, unknown>): string {
  return typeof uid === 'string' ? uid : ''
}
