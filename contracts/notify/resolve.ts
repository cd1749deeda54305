import { dirname, resolve as resolvePath } from 'node:path'
import { parseAddress } from '../address.ts'
import { WATCHDOG_CLASS } from '../alarm-class.ts'
import type { FacilityFile } from '../facility-schema.ts'
import { ms, optional } from '../resolve-parts.ts'
import type { Channel, Duty, NotifyPlan, Policy, Responder, WatchdogPlan } from './plan.ts'
import type { ChannelFile, DutyFile, NotifyFile } from './schema.ts'

type Sections = Pick<FacilityFile, 'responders' | 'roster' | 'notify'> & { facility: { shifts: string[] } }

/** The checked sections become the model that programs use. `file` is what paths are relative to. */
export function resolveNotify(sections: Sections, file: string): NotifyPlan {
  const { responders, roster, notify, facility } = sections
  const { language, url } = notify
  return {
    language,
    ...optional('url', url?.replace(/\/+$/, '')),
    linkForMs: ms(notify.linkFor),
    responders: byId(
      responders.map(
        ({ id, name, language: own, ...reach }): Responder => ({
          id,
          name: name ?? id,
          language: own ?? language,
          ...reach,
        }),
      ),
    ),
    duties: byId(roster.map((duty) => resolveDuty(duty, facility.shifts))),
    channels: byId(notify.channels.map((channel) => resolveChannel(channel, language, dirname(file)))),
    policies: [...watchdogPolicy(notify.watchdog), ...notify.policies.map(resolvePolicy)],
    ...optional('watchdog', notify.watchdog && resolveWatchdog(notify.watchdog, dirname(file))),
  }
}

function byId<T extends { readonly id: string }>(parts: readonly T[]): ReadonlyMap<string, T> {
  return new Map(parts.map((part) => [part.id, part]))
}

function resolveDuty(
  { id, name, always, teams, cycle, start, shifts }: DutyFile,
  ofFacility: readonly string[],
): Duty {
  return {
    id,
    name: name ?? id,
    always,
    teams: new Map(Object.entries(teams)),
    cycle: cycle.map((team) => (team === '-' ? null : team)),
    ...optional('start', start),
    shifts: shifts ?? ofFacility,
  }
}

function resolveChannel(file: ChannelFile, language: NotifyFile['language'], folder: string): Channel {
  const path = (name: string | undefined) => (name === undefined ? undefined : resolvePath(folder, name))
  const base = {
    id: file.id,
    language: file.language ?? language,
    timeoutMs: ms(file.timeout),
    ...optional(
      'limit',
      file.limit === undefined ? undefined : { count: file.limit.count, perMs: ms(file.limit.per) },
    ),
    ...optional('fallback', file.fallback),
    ...optional('ca', path(file.ca)),
  }
  if (file.kind === 'webhook')
    return {
      ...base,
      kind: 'webhook',
      format: file.format ?? 'davylamp',
      ...optional('url', file.url),
      ...optional('urlFile', path(file.urlFile)),
      ...optional('secretFile', path(file.secretFile)),
    }
  const security = file.security ?? 'starttls'
  return {
    ...base,
    kind: 'email',
    host: file.host ?? '',
    port: file.port ?? (security === 'tls' ? 465 : 587),
    security,
    ...optional('username', file.username),
    ...optional('passwordFile', path(file.passwordFile)),
    from: file.from ?? '',
  }
}

function resolvePolicy({ id, match, steps, repeat, returns, group }: NotifyFile['policies'][number]): Policy {
  return {
    id,
    match,
    steps: steps.map(({ after, to, by }) => ({ afterMs: ms(after), to, by })),
    ...optional('repeatMs', repeat === undefined ? undefined : ms(repeat)),
    returns,
    groupMs: ms(group),
  }
}

/** The alarm of the watchdog goes to it, and to nobody else; it hears too that it has returned. */
function watchdogPolicy(watchdog: NotifyFile['watchdog']): Policy[] {
  if (watchdog === undefined) return []
  const { sensor, channel } = watchdog
  return [
    {
      id: WATCHDOG_CLASS,
      match: { classes: [WATCHDOG_CLASS], sensors: [sensor] },
      steps: [{ afterMs: 0, to: [], by: [channel] }],
      returns: true,
      groupMs: 0,
    },
  ]
}

function resolveWatchdog(
  { device, listen, every, within, tls, ...plan }: NonNullable<NotifyFile['watchdog']>,
  folder: string,
): WatchdogPlan {
  return {
    ...plan,
    device: parseAddress(device),
    listen: parseAddress(listen),
    ...optional('tls', tls && { cert: resolvePath(folder, tls.cert), key: resolvePath(folder, tls.key) }),
    everyMs: ms(every),
    withinMs: ms(within),
  }
}
