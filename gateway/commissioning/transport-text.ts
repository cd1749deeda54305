import type { Transport } from '../../contracts/facility.ts'

/** Where a bus goes, for people: `127.0.0.1:502`, `/dev/ttyS0 9600 8N1`, or who dials in where. */
export function transportText(transport: Transport): string {
  switch (transport.kind) {
    case 'tcp':
      return `${transport.host}:${transport.port}`
    case 'dial-in': {
      const who = transport.registration === undefined ? '' : ` as ${JSON.stringify(transport.registration)}`
      return `dials in at ${transport.host}:${transport.port}${who}`
    }
    case 'serial': {
      const { path, baudRate, dataBits, parity, stopBits } = transport
      return `${path} ${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`
    }
  }
}
