/** 通话中的标记：录音暂停、投诉。 */
export const marks = {
  title: '通话标记', note: '录音暂停（谁、多少次、多久）和通话中的投诉，供主管和质检核查。', empty: '还没有标记。', noMatch: '没有符合条件的标记。', at: '时间', kind: '类别', place: '录音位置', length: '时长', lasts: '进行中',
  call: '通话', by: '人员', reason: '原因与说明', totals: '合计', total: '{{n}} 次，共 {{length}}', none: '没有标记。',
} as const;
