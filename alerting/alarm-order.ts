import { PRIORITIES, type Priority } from '../contracts/facility-words.ts'

/** More alarms than any facility has; small enough for all orders to be small integers of the engine that runs this. */
const STRIDE = 2 ** 26

/** Place among all alarms: by severity, then as in the file. */
export function orderOf(priority: Priority, placeInFile: number): number {
  return (PRIORITIES.length - 1 - PRIORITIES.indexOf(priority)) * STRIDE + placeInFile
}

/** Its place when it has another priority. */
export function reordered(order: number, priority: Priority): number {
  return orderOf(priority, order % STRIDE)
}

/** After the alarms of the same instant. */
export const AFTER_ALARMS = PRIORITIES.length * STRIDE
