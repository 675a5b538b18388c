/** 回访计划。 */
export const plans = {
  title: '回访计划', note: '分公司起草，总部审批备案，演练后执行；任何人不审批自己的计划（C-02、Q-03）。', all: '全部计划', new: '新建计划', change: '修改计划', empty: '还没有计划。', noMatch: '没有符合条件的计划。',
  plan: '计划', noNumber: '未备案', branch: '分公司', name: '名称', program: '项目', contentKind: '内容类型', method: '方式', period: '期间', aim: '目的', target: '目标完成率', customers: '客户', progress: '进度', state: '状态', reachedOf: '已完成 {{reached}}%，目标 {{target}}%',
  agents: '执行人', agentsMeans: '任务按负荷、语言、技能和以往联系分派；有利益关系的须回避（C-15）。', load: '{{n}} 个未结任务', skill: '所需技能', skillMeans: '只分派给具备此技能的执行人；技能在用户资料中登记。', nobody: '未指定',
  steps: '步骤', toCome: '未到', opinion: '总部意见', closingNote: '办结说明', content: '计划内容', history: '经过', next: '下一步', reason: '理由',
  waits: { branch: '等待分公司完善并提交。', decision: '等待总部审批。', own: '您起草或修改过此计划，须由总部的其他人审批。', filing: '等待总部备案编号。', start: '等待分公司演练并开始执行。' },
  submit: '提交审批', submitMeans: '提交后内容和客户不能再改。', needCustomers: '请先选定客户。', needAgents: '请先指定执行人。',
  decide: '审批', decideMeans: '退回须写明意见。', approve: '批准', return: '退回', file: '备案编号', fileMeans: '按月连续编号。', start: '开始执行', startMeans: '为每位可以联系的客户生成任务，分派到执行人的工作台。', rehearseFirst: '须先记录演练，由他人签字确认可以开始（Q-03）。',
  join: '补充分派', joinMeans: '有 {{n}} 位客户无人可以联系。可以增加执行人，或在情况变化后重新分派。', joins: '增加执行人', nobodyJoins: '不增加，只重新分派', giveOut: '重新分派', close: '办结计划', closeMeans: '办结时的数字将保留；未结任务仍在工作台上，不会遗漏。',
  choose: '选定客户', preview: '预览', keep: '采用', by: '选择方式', any: '不限', kinds: '客户类别', languages: '语言', grades: '等级', cities: '城市', department: '部门', government: '政府客户', size: '抽取人数', most: '最多人数（0 为全部）', seed: '随机种子', seedDrawn: '留空则自动生成', scoreBelow: '得分低于', daysBack: '回看天数', daysWithout: '未联系天数', codes: '客户编号，每行一个', repeat: '也选已有同项目未结任务或已在其他待执行计划中的客户',
  choiceMeans: { random: '相同的种子和范围得到相同的样本，种子随计划保存。', low_satisfaction: '最近一次有评分的回访得分低者优先。', need_of_service: '有未办结的反馈单、近期提过建议或投诉的客户。', long_without_contact: '最久没有联系的优先。', filter: '按客户编号顺序，全部符合条件的客户。', list: '按名单的顺序。' },
  population: '范围', fitting: '符合', busy: '{{n}} 位已有任务，不再选', chosen: '选中', first: '只显示前 {{n}} 位。', outOf: '{{population}} 人，符合 {{fitting}}，选中 {{chosen}}', chosenBy: '选定人', noCustomers: '还没有选定客户。',
  part: { all: '全部', missing: '未完成', barred: '无法联系' }, ordinal: '序号', customer: '客户', ground: '入选依据', agent: '执行人', due: '到期', stands: '情况',
  figure: { reached: '完成率', customers: '客户', done: '已完成', inTime: '其中按期', open: '未结', late: '其中超期', dataCheck: '其中号码待核', unreachable: '联系不上', otherChannel: '改其他方式', cancelled: '已取消', barred: '无人可联系' }, below: '完成率 {{reached}}%，未到目标 {{target}}%。',
  rehearsals: '演练', noRehearsal: '还没有演练。', rehearse: '记录演练', heldAt: '演练时间', participants: '参加人', findings: '发现', isReady: '可以开始执行', noteIt: '记录', ready: '可以开始', notReady: '尚不可开始', notedBy: '记录人 {{name}}', signedBy: '签字 {{name}}', notSigned: '未签字', sign: '签字确认',
} as const;
