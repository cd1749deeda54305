import type { Texts } from './entry.ts'

/** The journal page. */
export const JOURNAL_TEXTS = {
  filters: { en: 'Search the journal', zh: '查询日志' },
  anyEvent: { en: 'any', zh: '全部' },
  filterPerson: { en: 'Person', zh: '人员' },
  filterFrom: { en: 'From', zh: '从' },
  filterTo: { en: 'To', zh: '到' },
  filterText: { en: 'Text', zh: '文字' },
  filterTextHint: { en: 'message, reason …', zh: '内容、原因……' },
  search: { en: 'Search', zh: '查询' },
  clearFilters: { en: 'Clear filters', zh: '清除条件' },
  searching: { en: 'Searching …', zh: '正在查询……' },
  noMatches: { en: 'Nothing matches.', zh: '没有符合的记录。' },
  searchedBack: { en: 'Searched back to {time}.', zh: '已查至 {time}。' },
  searchOn: { en: 'Search further back', zh: '继续向前查询' },
  plantTimeNote: { en: 'Times are those of the plant.', zh: '时间为厂区时间。' },
  chain: { en: 'Chain of the journal', zh: '日志链' },
  chainEntries: { en: '{count} entries', zh: '{count} 条' },
  chainHint: {
    en: 'Keep this line elsewhere: with it anybody can prove that nothing before it was changed, removed or reordered.',
    zh: '请另行保存此行：据此可证明其之前的记录未被更改、删除或重排。',
  },
} as const satisfies Texts
