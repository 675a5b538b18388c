/** 案件、待我处理、每日问题清单。 */
export const cases = {
  title: '案件', note: '异常逐步查办并由不同的人签字（C-19），投诉五个工作日内答复（C-20），都以再次回访客户确认后办结；与案件有利害关系的人不得经手（C-15）。', one: '案件 {{number}}', empty: '还没有案件。', noMatch: '没有符合条件的案件。', all: '全部',
  open: '立案', openIt: '立案并报上级', number: '编号', kind: '类型', class: '异常类别', source: '来源', customer: '客户', matter: '事由', concerned: '涉及人员', assignee: '当前经办', nobody: '未指定', escalated: '已上报', state: '进度', due: '期限', overdue: '已超期', round: '第 {{n}} 轮', second: '复访任务', satisfaction: '客户确认', from: '立案',
  call: '原通话', recording: '录音', jump: '录音 {{at}} 处', way: '办理步骤', signed: '已签字', signedBy: '{{name}} 签字', interview: '访谈记录', history: '经过', system: '系统', reason: '理由',
  barred: '“{{step}}”不能由您签字：{{why}}', verifying: '等待复访：由客户确认满意后办结，仍不满意则继续落实。', sign: '签字：{{step}}', signIt: '签字，进入下一步',
  interviewNew: '登记访谈', interviewMeans: '先在下方“附件”中上传签字页或签名照片，再登记；登记后不能修改。', person: '被访谈人', heldAt: '时间', place: '地点', said: '内容', signatures: '签字人', signer: '签字人姓名', sheet: '签字页', sheetFirst: '请先上传签字页', another: '再加一人', interviewAdd: '登记访谈',
  assign: '指派', assignMeans: '涉及人员看不到案件，也不能经手。', assignIt: '确定',
} as const;
export const waiting = { title: '待我处理', note: '由您承办的，以及超期后逐级上报到您的反馈单和案件（C-18）。', empty: '没有等您处理的事项。', slip: '反馈单', why: '原因', mine: '由您承办', escalated: '上报：{{name}}超期' } as const;
export const problems = { title: '每日问题清单 {{day}}', note: '当天回访记录、反馈单、异常和投诉中提出的问题，按部门列出，供晚会使用（C-30）。', day: '日期', print: '打印', sheet: '下载 XLSX', none: '这一天没有提出问题。', noDepartment: '未分部门', time: '时间', problem: '问题', handling: '处理情况', by: '登记人' } as const;
