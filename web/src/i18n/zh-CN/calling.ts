/** 可拨规则。 */
export const calling = {
  title: '可拨规则：{{name}}', open: '可拨规则', openOf: '{{name}} 的可拨规则', hours: '可拨时段（工作日，按客户当地时间）', hoursForm: '如 10:00-11:00 14:00-16:00；某个工作日不同，另起一行写 fri: 10:00-11:00。', government: '机关单位的时段', groups: '按客户分组', groupsMean: '从上到下，第一个符合的分组生效；可以只改时段，或只改日历。', group: '分组 {{n}}', addGroup: '添加分组', remove: '删除分组 {{n}}', by: '依据', value: '值', groupHours: '时段', same: '同项目', calendar: '日历',
  consent: '须有客户同意（T-14）', consentMeans: '没有有效同意的客户不能拨打，数据库也会拒绝。', noConsent: '不要求', progressive: '写完小结自动打开下一位', reason: '改动原因', save: '保存为第 {{n}} 版', history: '历次改动', version: '第 {{n}} 版',
} as const;
