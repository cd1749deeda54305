/** The sensor of an input, which may be an alarm: `GT-101` of `GT-101.H`, unless a sensor has that id. */
export function sensorIdOf(id: string, sensors: { has(id: string): boolean }): string {
  return sensors.has(id) ? id : id.slice(0, Math.max(0, id.lastIndexOf('.')))
}
