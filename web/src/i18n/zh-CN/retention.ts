/** 保管：冻结与到期（T-02）。 */
export const retention = {
  title: '保管', note: '录音在期限之前任何人都不能删除；冻结期间到期也不删除。到期的录音由一人提出、另一人批准后删除，留下记录（T-02）。',
  holds: '冻结', noHolds: '没有冻结。从录音页面对一段录音或一位客户的全部录音冻结。', case: '案号', reason: '原因', placed: '冻结', released: '解除', recordings: '录音', on: '冻结中', off: '已解除', release: '解除', releaseOf: '解除冻结 {{name}}', releaseMeans: '其他冻结不受影响；最后一个冻结解除后，录音才恢复原来的期限。', show: '查看录音', hide: '收起',
  candidates: '已到期的录音', noCandidates: '没有到期且未冻结的录音。', propose: '提出删除（{{n}}）', proposeTitle: '提出删除 {{n}} 段录音', proposeMeans: '须由另一位有权限的人批准；批准后从存储中删除，不能恢复。', call: '通话时间', customer: '客户', program: '项目', until: '保管至', overdue: '超过最长期限',
  batches: '删除申请', noBatches: '没有申请。', proposedBy: '提出人', decision: { open: '待批', approved: '已批准', refused: '已拒绝' }, decidedBy: '审批人', progress: '录音 {{recordings}} · 已删除 {{deleted}} · 未删除 {{spared}}', approve: '批准', refuse: '拒绝', own: '您提出的申请须由他人审批', approveTitle: '批准删除 {{n}} 段录音', refuseTitle: '拒绝删除 {{n}} 段录音', refuseReason: '拒绝的原因',
  held: '因 {{case}} 冻结', heldBy: '{{name}}，{{reason}}', hold: '冻结', holdTitle: '冻结录音', which: '冻结', thisOne: '这段录音', ofCustomer: '该客户的全部录音', to: '案件', newCase: '新案件', heldNow: '已冻结',
  years: '保管年数', maxYears: '最长年数', maxMeans: '0 表示不限；超过后列为应删除。', basis: '起算', basisOf: { call_end: '通话结束', contract_end: '合同结束' }, basisMeans: '合同结束日未知时一直保管，且至少自通话结束起三年。', onlyLonger: '只能延长，不能缩短。', kept: '{{n}} 年', keptBetween: '{{n}} 至 {{max}} 年', retention: '录音保管',
} as const;
