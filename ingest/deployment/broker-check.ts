import { usersOfAcl } from './broker-acl.ts'
import { isPasswordOf, usersOfPasswords } from './broker-passwords.ts'
import type { DeploymentPlan } from './deployment-plan.ts'
import type { DeploymentFolder } from './folder.ts'
import { FILES } from './layout.ts'
import type { DeploymentProblem } from './problem.ts'
import { passwordFile } from './secret-plan.ts'

/** Users and rules of the broker that are not those of the facility files. */
export function brokerProblems(
  folder: DeploymentFolder,
  { users, files }: DeploymentPlan,
): DeploymentProblem[] {
  const { acl, passwords } = FILES.broker
  const rules = folder.read(acl) ?? ''
  const lines = folder.read(passwords) ?? ''
  const names = users.map(({ name }) => name)
  const unlike = (path: string, found: readonly string[]): DeploymentProblem[] => {
    const lacking = names.filter((name) => !found.includes(name)).map((name) => `${name} is missing`)
    const surplus = found.filter((name) => !names.includes(name)).map((name) => `${name} is nobody of ours`)
    const detail = [...lacking, ...surplus].join(', ')
    return detail === '' ? [] : [{ code: 'DEPLOY_BROKER_USERS', path, detail }]
  }
  const { users: allowed, rulesOfAll } = usersOfAcl(rules)
  const known = unlike(acl, allowed)
  const isOther = rules !== files.find(({ path }) => path === acl)?.text
  const wrong = users.filter((user) => {
    const line = lines.split('\n').find((one) => one.startsWith(`${user.name}:`))
    return line !== undefined && !isPasswordOf(line, folder.read(passwordFile(user)) ?? '')
  })
  return [
    ...known,
    ...(rulesOfAll > 0
      ? [
          {
            code: 'DEPLOY_BROKER_USERS',
            path: acl,
            detail: `${rulesOfAll} rules count for everybody`,
          } as const,
        ]
      : []),
    ...(known.length === 0 && rulesOfAll === 0 && isOther
      ? [
          {
            code: 'DEPLOY_BROKER_USERS',
            path: acl,
            detail: 'somebody may do more or less than the wire needs',
          } as const,
        ]
      : []),
    ...unlike(passwords, usersOfPasswords(lines)),
    ...wrong.map(
      ({ name }): DeploymentProblem => ({
        code: 'DEPLOY_BROKER_USERS',
        path: passwords,
        detail: `the line of ${name} is not of its password`,
      }),
    ),
  ]
}
