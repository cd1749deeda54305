import type { Path } from './config-document.ts'

// The content of a file before anybody checked it: whoever works on it steps over whatever has the wrong shape.

export type Tree = Record<string, unknown>

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined when nothing stands there. */
export function contentAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (node, step) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, step)
        ? (node as Record<string | number, unknown>)[step]
        : undefined,
    root,
  )
}

/** The two ways to say how a raw value becomes one of the sensor: who gives one of them means no other. */
const SLOPES: readonly (readonly string[])[] = [
  ['scale', 'offset'],
  ['from', 'to'],
]

/**
 * Maps are merged key by key, anything else of `over` replaces what `base` has, and null takes it away. A
 * slope counts as one thing.
 */
export function mergeTrees(base: Tree, over: Tree): Tree {
  const merged = new Map(Object.entries(base))
  const [byScale, bySpan] = SLOPES.map((keys) => keys.some((key) => Object.hasOwn(over, key)))
  if (byScale !== bySpan) for (const key of SLOPES[byScale ? 1 : 0] ?? []) merged.delete(key)
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key)
    if (value === null && below !== undefined) merged.delete(key)
    else merged.set(key, isTree(below) && isTree(value) ? mergeTrees(below, value) : value)
  }
  return Object.fromEntries(merged)
}

/** An item of a list, and where it stands. */
type ChangeItem = (item: Tree, path: Path) => Tree

/** A copy in which every device is changed. */
export function changeDevices(content: Tree, change: (device: Tree, path: Path, bus: Tree) => Tree): Tree {
  return changeItems(content, ['gateways'], (gateway, inGateway) =>
    changeItems(gateway, [...inGateway, 'buses'], (bus, inBus) =>
      changeItems(bus, [...inBus, 'devices'], (device, path) => change(device, path, bus)),
    ),
  )
}

/** A copy in which every device that publishes MQTT itself is changed. */
export function changeForeign(content: Tree, change: ChangeItem): Tree {
  return changeItems(content, ['foreign'], change)
}

/** A copy in which every sensor of a device is changed; `path` is that of the device. */
export function changeSensors(device: Tree, path: Path, change: ChangeItem): Tree {
  return changeItems(device, [...path, 'sensors'], change)
}

/** Of the list that stands at the last key of `path`; whatever is no list or no map in it stays as it is. */
function changeItems(parent: Tree, path: Path, change: ChangeItem): Tree {
  const key = String(path.at(-1))
  const list = parent[key]
  if (!Array.isArray(list)) return parent
  return {
    ...parent,
    [key]: list.map((item: unknown, index) => (isTree(item) ? change(item, [...path, index]) : item)),
  }
}
