/** A field device whose one value the watchdog drives; who builds it gives it, since devices are played elsewhere. */
export interface DrivenDevice {
  /** Called whenever it has answered a request. */
  onAsked: () => void
  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  start(): Promise<void>
  stop(): Promise<void>
  /** A value in the unit of the sensor, at once. */
  write(value: number): void
}
