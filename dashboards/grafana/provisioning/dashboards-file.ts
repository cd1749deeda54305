import { FOLDER } from '../rules/rule.ts'
import { literal, yamlFile } from './yaml-file.ts'

/** Where the dashboards' JSON lies on the machine of Grafana unless somebody says otherwise. */
const DASHBOARDS = '/var/lib/grafana/dashboards/davylamp'

/** Has Grafana load the dashboards of a folder, and again when they change. */
export function dashboardsFile(path = DASHBOARDS): string {
  return yamlFile({
    providers: [
      {
        name: 'davylamp',
        orgId: 1,
        folder: FOLDER,
        type: 'file',
        disableDeletion: false,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: literal(path) },
      },
    ],
  })
}
