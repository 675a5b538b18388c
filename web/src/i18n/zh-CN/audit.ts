/** 审计日志。 */
export const audit = {
  title: '审计日志', note: '谁在何时做了什么，被哪条规则拒绝。', empty: '还没有记录。', noMatch: '没有符合条件的记录。', at: '时间', action: '操作', actor: '人员', system: '系统', reason: '规则与原因', object: '对象', id: '对象编号', ip: '地址',
} as const;
