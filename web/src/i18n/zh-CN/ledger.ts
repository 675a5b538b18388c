/** 回访台账。 */
export const ledger = {
  title: '回访台账', note: '每条完成的小结按月连续编号（C-21），上级可审阅并签署意见（C-25）。未选日期时为最近 31 天。', one: '记录 {{number}}', empty: '还没有完成的小结。', noMatch: '没有符合条件的记录。', file: '下载 XLSX', noNumber: '无编号',
  number: '记录编号', at: '回访时间', customer: '客户', program: '项目', agent: '坐席', result: '结果', content: '内容', score: '得分', below: '{{n}} 分以下', slips: '反馈单', call: '通话', toCall: '打开通话', toRecording: '回放录音',
  plant: '工程与设备', contract: '合同编号', equipment: '设备编号', others: '另有 {{n}} 台（套）', project: '工程项目', model: '产品型号', amount: '金额（元）', shipped: '发货日期', commissioned: '投运日期', commissionedFrom: '投运从', commissionedUntil: '投运至', responsible: '负责人', site: '现场联系人',
  corrected: '已更正 第 {{n}} 版', versionsTitle: '历次版本', versionOf: '第 {{n}} 版', correct: '更正记录', correctMeans: '更正另存为新版本，原来的各版都保留；结果、反馈单和任务不变。当天由坐席本人，之后由主管更正。', correctReason: '更正理由', correctSave: '保存更正', chain: '关联的回访', chainRecord: '记录', chainSlip: '反馈单',
  review: '审阅', reviews: '审阅意见', reviewed: '已审阅', notReviewed: '未审阅', noReviews: '还没有人审阅。', write: '审阅', opinion: '意见', agree: '同意', remark: '提出意见',
} as const;
