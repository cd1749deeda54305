import type { MqttUser } from './mqtt-users.ts'

/** The ACL file of Mosquitto: who is not in it, and whatever topic is not, is refused. */
export function brokerAcl(users: readonly MqttUser[]): string {
  const parts = users.map(({ name, about, permissions }) =>
    [
      `# ${about}`,
      `user ${name}`,
      ...permissions.map(({ access, topic }) => `topic ${access} ${topic}`),
    ].join('\n'),
  )
  return `# Written by npm run deploy -- init from the facility files: change those, and run it again.\n\n${parts.join('\n\n')}\n`
}

/** The users of an ACL file, and how many rules stand before the first of them, which would count for everybody. */
export function usersOfAcl(text: string): { users: string[]; rulesOfAll: number } {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const first = lines.findIndex((line) => line.startsWith('user '))
  const before = first === -1 ? lines : lines.slice(0, first)
  return {
    users: lines.filter((line) => line.startsWith('user ')).map((line) => line.slice('user '.length)),
    rulesOfAll: before.length + lines.filter((line) => line.startsWith('pattern ')).length,
  }
}
