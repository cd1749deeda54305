import { join } from 'node:path'
import { loadFacilities } from '../../contracts/facility-set.ts'
import { VERSION } from '../../contracts/version.ts'
import { keepCertificates, type Renewal } from './certificate-keeper.ts'
import { plannedCertificates } from './certificate-plan.ts'
import type { IssueTools } from './certificates.ts'
import type { DeploymentFolder } from './folder.ts'
import { authorityCopies } from './init.ts'
import { FILES } from './layout.ts'
import { formatManifest, type Manifest } from './manifest.ts'
import { mqttUsers } from './mqtt-users.ts'
import { type FileReport, TemplateWriter } from './template-writer.ts'

/** Certificates anew, and the CA at everybody who has to know it. @throws CodedError FILE_UNWRITABLE, CONFIG_* */
export function renewDeployment(
  folder: DeploymentFolder,
  { options, files }: Manifest,
  how: { renewal: Renewal; tools: IssueTools },
): FileReport[] {
  const users = mqttUsers(loadFacilities([join(folder.path, FILES.server.facilities)]))
  const reports = keepCertificates(folder, plannedCertificates(options, users), how)
  const writer = new TemplateWriter(folder, files)
  writer.write(authorityCopies(folder, users))
  folder.write(FILES.manifest, formatManifest({ options, files: { ...files, ...writer.digests } }, VERSION))
  return [...reports, ...writer.reports]
}
