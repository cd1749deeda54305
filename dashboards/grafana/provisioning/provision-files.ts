import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { facilityRules } from '../rules/facility-rules.ts'
import { DEFAULT_LINKS } from '../rules/links.ts'
import { dashboardsFile } from './dashboards-file.ts'
import { datasourceFile } from './datasource-file.ts'
import { contactsFile, policiesFile, templatesFile } from './notification-files.ts'
import type { ProvisionOptions } from './provision-options.ts'
import { ALERTING, REMOVED_FILE, removedFile } from './removed.ts'
import { ruleFile } from './rule-files.ts'

/** Urgent alarms that nobody acknowledged are told of after so long, ms. */
const UNACKNOWLEDGED_MS = 900_000

/**
 * What Grafana is provisioned with for the facilities of one server. Key: path; what Grafana's setting
 * paths.provisioning names is the folder `provisioning` of it. @throws CodedError GRAFANA_NO_STORE, or USAGE without a
 * facility
 */
export function provisionFiles(
  facilities: readonly Facility[],
  options: ProvisionOptions = {},
): Map<string, string> {
  const { contacts = {}, notifications = true, unacknowledgedMs = UNACKNOWLEDGED_MS } = options
  const links = { ...DEFAULT_LINKS, ...options.links }
  const [main] = facilities
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  const files = new Map([
    ['provisioning/datasources/davylamp.yaml', datasourceFile(main.store, options.datasource)],
    ['provisioning/dashboards/davylamp.yaml', dashboardsFile(options.dashboards)],
  ])
  for (const facility of facilities)
    files.set(
      `${ALERTING}rules-${facility.id}.yaml`,
      ruleFile(facilityRules(facility, { links, unacknowledgedMs })),
    )
  if (notifications) {
    files.set(`${ALERTING}policies.yaml`, policiesFile(contacts))
    files.set(`${ALERTING}templates.yaml`, templatesFile())
    const contact = contactsFile(contacts)
    if (contact !== undefined) files.set(`${ALERTING}contact-points.yaml`, contact)
  }
  const removed = removedFile(options.previous ?? new Map(), files)
  if (removed !== undefined) files.set(REMOVED_FILE, removed)
  return files
}
