import type { Texts } from '../entry.ts'

/** Figures of regions. */
export const REGION_TEXTS = {
  figuresTitle: { en: 'Rectification by region', zh: '各区域整改情况' },
  period: { en: 'Found in', zh: '发现时间' },
  thisQuarter: { en: 'This quarter', zh: '本季度' },
  lastQuarter: { en: 'Last quarter', zh: '上季度' },
  thisYear: { en: 'This year', zh: '本年' },
  fromMonth: { en: 'from', zh: '自' },
  showMonths: { en: 'Show', zh: '显示' },
  toMonth: { en: 'to', zh: '至' },
  wholeRegion: { en: 'All regions', zh: '全部区域' },
  figuresPath: { en: 'Where in the region tree', zh: '区域层级' },
  place: { en: 'Place', zh: '名称' },
  identified: { en: 'Identified', zh: '排查' },
  closedCount: { en: 'Closed', zh: '已销号' },
  openCount: { en: 'Open', zh: '未销号' },
  rate: { en: 'Rectified', zh: '整改率' },
  onTime: { en: 'On time', zh: '按期率' },
  meanDays: { en: 'Mean days', zh: '平均天数' },
  overdueCount: { en: 'Overdue now', zh: '当前超期' },
  allTogether: { en: 'Together', zh: '合计' },
  figuresBasis: {
    en: 'Of the hazards found in the period: rectified = closed ÷ identified; on time = closed by their last deadline ÷ closed. Overdue: open and past the deadline now.',
    zh: '按发现时间统计：整改率 = 已销号 ÷ 排查；按期率 = 在最终期限前销号 ÷ 已销号。超期：当前未销号且已过期限。',
  },
  exportAs: { en: 'Export', zh: '导出' },
  printHtml: { en: 'Print', zh: '打印' },
  exportCsv: { en: 'CSV', zh: 'CSV' },
  exportXlsx: { en: 'Excel', zh: 'Excel' },
  noPlaces: { en: 'Nothing lies beneath.', zh: '没有下级。' },
} as const satisfies Texts
