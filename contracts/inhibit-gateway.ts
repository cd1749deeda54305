/** In whose name the server notes that a detector is inhibited, and is no more; no gateway of the file has this id. */
export const INHIBIT_GATEWAY = 'inhibit'
