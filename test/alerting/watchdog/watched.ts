import type { Facility } from '../../../contracts/facility.ts'
import { parseFacility } from '../../../contracts/facility-load.ts'
import type { WatchdogPlan } from '../../../contracts/notify/plan.ts'

export interface WatchedPorts {
  readonly device: number
  readonly listen: number
  readonly server: number
  readonly mail: number
}

/** A plant with a watchdog that tells two by mail and one group; `more` goes into the channel that leads to it. */
export function watchedText(ports: Partial<WatchedPorts> = {}, more = ''): string {
  const { device = 5029, listen = 9467, server = 8080, mail = 25 } = ports
  return `
facility: { id: plant, name: Chemical plant, timezone: Asia/Shanghai }
server: { listen: "127.0.0.1:${server}", auth: off }
responders:
  - { id: anna, name: Anna, email: anna@plant.example }
  - { id: li, name: Li Wei, email: li@plant.example, language: zh }
gateways:
  - id: gw-1
    buses:
      - id: dog
        driver: modbus-tcp
        host: 127.0.0.1
        port: ${device}
        devices:
          - id: watchdog
            unitId: 7
            poll: 100ms
            sensors:
              - id: WD-1
                kind: other
                unit: "%"
                range: [0, 100]
                register: { address: 3, scale: 0.1 }
                alarms: { H: { when: high, limit: 50, deadband: 2, class: watchdog } }
notify:
  channels:
    - { id: dog, kind: webhook, url: "http://127.0.0.1:${listen}/"${more} }
    - { id: mail, kind: email, host: 127.0.0.1, port: ${mail}, security: none, from: dog@plant.example }
    - { id: chat, kind: webhook, url: "http://127.0.0.1:9/", format: slack }
  watchdog:
    sensor: WD-1
    device: "127.0.0.1:${device}"
    listen: "127.0.0.1:${listen}"
    channel: dog
    every: 4s
    within: 1s
    tell: [mail, chat]
    to: [anna, li]
`
}

export function watched(
  text = watchedText(),
  file = '/etc/davylamp/x.yaml',
): { facility: Facility; plan: WatchdogPlan } {
  const facility = parseFacility(text, file)
  const plan = facility.notify.watchdog
  if (plan === undefined) throw new Error('no watchdog')
  return { facility, plan }
}
