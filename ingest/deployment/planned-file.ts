/** A file that templates make. What is made once and kept is a secret or a certificate instead. */
export interface PlannedFile {
  /** From the folder of the deployment. */
  readonly path: string
  readonly text: string
  /** Nobody but its owner may read it. */
  readonly secret?: boolean
}
