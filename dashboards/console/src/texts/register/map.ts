import type { Entry, Texts } from '../entry.ts'

/** The risk map. */
export const MAP_TEXTS = {
  mapTitle: { en: 'Risk map', zh: '风险地图' },
  mapHint: {
    en: 'Each place has the worst colour of its open hazards, standing alarms, substances and ground motion.',
    zh: '各位置颜色取其未销号隐患、未解除报警、危险物质和地震烈度中最高者。',
  },
  mapLegend: { en: 'Colours', zh: '图例' },
  mapRed: { en: 'major risk', zh: '重大风险' },
  mapOrange: { en: 'considerable risk', zh: '较大风险' },
  mapYellow: { en: 'some risk', zh: '一般风险' },
  mapBlue: { en: 'low risk', zh: '低风险' },
  mapGrey: { en: 'nothing known', zh: '无已知风险' },
  mapPlaces: { en: 'Places, the worst first', zh: '位置（按风险排序）' },
  mapWhy: { en: 'Why', zh: '原因' },
  mapNothing: { en: 'Nothing speaks for a risk here.', zh: '此处没有已知风险。' },
  mapEmpty: {
    en: 'No place of this plant has a location: give areas a location or an outline in the facility file.',
    zh: '该企业没有位置数据：请在配置文件中为区域填写位置或边界。',
  },
  mapHazards: { en: 'Hazards here', zh: '此处隐患' },
  mapAlarms: { en: 'Alarms', zh: '报警' },
  mapNotLive: {
    en: 'Another server watches this plant: only its hazards are shown here.',
    zh: '该企业由其他服务器监视，此处仅显示其隐患。',
  },
  mapCloser: { en: 'Look closer', zh: '放大查看' },
  mapOf: { en: 'Map of', zh: '范围' },
  mapAll: { en: 'all plants', zh: '全部企业' },
  mapNoPlace: { en: 'Choose a place on the map or in the list.', zh: '请在地图或列表中选择位置。' },
  metres: { en: '{n} m', zh: '{n} 米' },
  kilometres: { en: '{n} km', zh: '{n} 公里' },
} as const satisfies Texts

/** What speaks for the colour of a place. Key: as the API says it. */
export const CAUSE_TEXTS: Readonly<Record<string, Entry>> = {
  hazard: { en: 'Hazard', zh: '隐患' },
  alarm: { en: 'Alarm', zh: '报警' },
  inventory: { en: 'Substances', zh: '危险物质' },
  intensity: { en: 'Ground motion', zh: '地震' },
}
