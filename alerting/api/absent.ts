import { CodedError } from '../../contracts/errors.ts'

/** A part of the server that is not there: whatever it is asked fails. Routes only describe themselves then. */
export function absentPart<T extends object>(): T {
  const part: T = new Proxy((() => absent()) as object as T, {
    get: (_, name) => (name === 'then' ? undefined : part),
  })
  return part
}

export function absent(): Promise<never> {
  return Promise.reject(new CodedError('INTERNAL', 'there is no server behind the document'))
}
