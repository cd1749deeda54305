/** As the request has it: what is typed, and the alarm that it begins with. */
export function newIncidentOf(
  said: Readonly<Record<string, unknown>>,
  { facility, alarm }: { facility: string; alarm: string | undefined },
): Record<string, unknown> {
  const { level, plan, ...others } = said
  return {
    facility,
    ...others,
    level: Number(level),
    // None chosen is none, not the one that the server would take of the alarm: what stands in sight counts.
    plan: plan ?? null,
    ...(alarm === undefined ? {} : { alarms: [{ alarm }] }),
  }
}
