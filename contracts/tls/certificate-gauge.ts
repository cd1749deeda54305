import { Gauge, type Registry } from 'prom-client'
import type { WatchedCertificate } from './certificate-watch.ts'

export interface CertificateSources {
  certificates(): readonly WatchedCertificate[]
  /** Epoch ms. */
  now(): number
}

/** How long each certificate is still good for; negative when it has ended. */
export function certificateGauge(sources: CertificateSources, registers: Registry[]): void {
  new Gauge({
    name: 'davylamp_certificate_expiry_seconds',
    help: 'Time until a certificate ends; negative when it has',
    labelNames: ['certificate'],
    registers,
    collect() {
      this.reset()
      for (const { what, until } of sources.certificates())
        this.set({ certificate: what }, Math.round((until - sources.now()) / 1_000))
    },
  })
}
