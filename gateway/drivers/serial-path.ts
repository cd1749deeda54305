import { stat } from 'node:fs/promises'

/** What the system knows of a port. */
export interface PortInfo {
  readonly path: string
  readonly serialNumber?: string | undefined
  readonly pnpId?: string | undefined
}

export type PathOutcome =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly detail: string }

/** Names that are no files: COM3, \\.\COM10. */
const WINDOWS_PORT = /^(\\\\\.\\)?COM\d+$/i

/**
 * Where to open a port now: the file if there is one, also behind a link such as those of
 * /dev/serial/by-id, else the port of the USB adapter with that serial number or plug-and-play id, whatever
 * number it got this time.
 */
export async function findPort(
  wanted: string,
  list: () => Promise<readonly PortInfo[]>,
): Promise<PathOutcome> {
  if (WINDOWS_PORT.test(wanted) || (await identityOf(wanted)) !== undefined) return { ok: true, path: wanted }
  let ports: readonly PortInfo[]
  try {
    ports = await list()
  } catch (error) {
    return { ok: false, detail: `${wanted}: there is no such port, and none can be listed: ${String(error)}` }
  }
  const found = ports.filter(({ path, serialNumber, pnpId }) => [path, serialNumber, pnpId].includes(wanted))
  const [first] = found
  if (first === undefined) return { ok: false, detail: `${wanted}: there is no such port; ${named(ports)}` }
  if (found.length === 1) return { ok: true, path: first.path }
  return { ok: false, detail: `${wanted}: several ports have this id, give a path: ${paths(found)}` }
}

/** Says which device a path leads to: another one after a re-plug; undefined when there is none. */
export async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, rdev } = await stat(path)
    return `${dev}/${ino}/${rdev}`
  } catch {
    // Whatever keeps it from being seen: it is not there for us.
    return undefined
  }
}

function named(ports: readonly PortInfo[]): string {
  return ports.length === 0 ? 'there is none' : `there are: ${paths(ports)}`
}

function paths(ports: readonly PortInfo[]): string {
  return ports.map(({ path }) => path).join(', ')
}
