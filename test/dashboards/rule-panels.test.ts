import { expect, it } from 'vitest'
import { dashboardOf } from '../../dashboards/grafana/board.ts'
import { BOARDS } from '../../dashboards/grafana/files.ts'
import { rulePanels } from '../../dashboards/grafana/rule-panels.ts'

it('leads alerts to panels that are there', () => {
  const panels = Object.entries(rulePanels())
  expect(panels.length).toBeGreaterThan(5)
  const there = BOARDS.map(dashboardOf)
  for (const [topic, link] of panels) {
    const dashboard = there.find(({ uid }) => uid === link.dashboard)
    expect(
      dashboard?.panels?.map(({ id }) => id),
      topic,
    ).toContain(link.panel)
  }
})
