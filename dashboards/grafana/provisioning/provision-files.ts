import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { dashboardsFile } from './dashboards-file.ts'
import { datasourceFile } from './datasource-file.ts'
import type { ProvisionOptions } from './provision-options.ts'

/**
 * What Grafana is provisioned with for the facilities of one server. Key: path; what Grafana's setting
 * paths.provisioning names is the folder `provisioning` of it. @throws CodedError GRAFANA_NO_STORE, or USAGE without a facility
 */
export function provisionFiles(
  facilities: readonly Facility[],
  options: ProvisionOptions = {},
): Map<string, string> {
  const [main] = facilities
  const files = new Map<string, string>()
  if (main === undefined) throw new CodedError('USAGE', 'give a facility file with --config')
  files.set('provisioning/datasources/davylamp.yaml', datasourceFile(main.store, options.datasource))
  files.set('provisioning/dashboards/davylamp.yaml', dashboardsFile(options.dashboards))
  return files
}
