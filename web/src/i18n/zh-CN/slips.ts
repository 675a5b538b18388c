/** 信息反馈单。 */
export const slips = {
  title: '信息反馈单', note: '客户不满意或提出建议时开单，转责任部门，五个工作日内答复（C-18），再回访客户确认满意度后办结（C-17）。', one: '反馈单 {{number}}', empty: '还没有反馈单。', noMatch: '没有符合条件的反馈单。', all: '全部',
  number: '编号', customer: '客户', kind: '类别', matter: '事项', suggestion: '客户建议', department: '责任部门', owner: '承办人', at: '部门与承办人', nobody: '未指定', due: '答复期限', overdue: '已超期', state: '状态', round: '第 {{n}} 轮', satisfaction: '客户确认',
  handling: '处理情况', answer: '答复客户', second: '复访任务', from: '开单', call: '原通话', history: '经过', system: '系统', reason: '理由',
  assign: '指派', give: '指派', waits: '等待承办人处理。', answerIt: '答复', answerMeans: '提交后自动生成复访任务，由客户确认是否满意。', send: '提交并安排复访', verifying: '等待复访：由客户确认满意后办结，仍不满意则退回重办。',
  unsettled: '复访未得到客户确认', unsettledMeans: '可以再次安排复访；已证明联系不上的（T-04），可以办结。', callAgain: '再次安排复访', closeUnreachable: '按联系不上办结',
  write: '开反馈单', needed: '客户有不满意的回答，须开反馈单转责任部门（C-17）。', choose: '请选择',
} as const;
