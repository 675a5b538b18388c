/** 工作日历。 */
export const calendar = {
  title: '工作日历', note: '法定节假日与调休（T-05）。可拨时段、五个工作日的时限都以此为准；每次改动记入日志。', calendar: '日历', year: '年份', newCalendar: '新建日历', setDay: '设定日期',
  nextYear: '{{year}} 年的节假日安排尚未公布或尚未录入', nextYearMeans: '在此之前，该年的周一至周五一律按工作日处理，跨年的预约和时限可能不准。公布后请逐日录入，再登记通知文号；升级程序也会带来新数据。', show: '查看 {{year}} 年',
  yearOf: '{{year}} 年', announced: '已公布', entered: '已人工录入', unknown: '尚未公布', unknownMeans: '该年的节假日安排未知，周一至周五一律按工作日处理。', workingDays: '工作日 {{n}} 天',
  enter: '登记为已录入', enterOf: '登记 {{year}} 年节假日已录入', enterMeans: '请先逐日设定该年的休息日和调休上班日，再登记通知的文号。登记后不再提醒。', source: '通知文号或出处', withdraw: '撤销登记', withdrawSure: '撤销后会重新提醒。确定吗？',
  date: '日期', kind: '类别', working: '上班', off: '休息', name: '名称', from: '来源', set: '管理员设定', data: '国务院通知', clear: '恢复', editOf: '修改 {{date}}', clearOf: '恢复 {{date}}', noDays: '没有特殊日期。',
  code: '代码', nameZh: '中文名称', nameEn: '英文名称', base: '以什么为基础', baseOf: { house: '本公司日历，另加不同之处', weekdays: '周一至周五，不含节假日' },
} as const;
