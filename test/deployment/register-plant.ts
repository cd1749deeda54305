import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EXAMPLE } from './deployed.ts'

const REGISTER = `register:
  # The platform of the city.
  exports:
    - id: city
      kind: webhook
      url: https://city.example/hazards
      secretFile: own/city
      headersFile: own/city-headers
      ca: own/city.pem
      hazards: true
    - { id: archive, kind: file, folder: own/archive, hazards: true }
    - { id: group, kind: webhook, url: "https://group.example/", secretFile: own/group, hazards: true }
  reports:
    open: true
    keyFile: own/report-3.key
    previousKeyFiles: [own/report-2.key, own/report-1.pem]
`

/** The example with outside registers and public reports. Its secrets are in `own/`. */
export function registerPlant(root: string): string {
  const file = join(root, 'plant.yaml')
  writeFileSync(file, readFileSync(EXAMPLE, 'utf8').replace(/^register:\n/m, REGISTER))
  mkdirSync(join(root, 'own'), { recursive: true })
  return file
}
