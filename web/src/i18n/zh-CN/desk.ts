/** 工作台：任务、客户、话术、小结。 */
export const desk = {
  tasks: '今日任务', done: '已完成 {{done}}/{{total}}', search: '姓名、尾号、项目', filter: '任务类型', allKinds: '全部类型', empty: '今天的任务都完成了。', noMatch: '没有符合条件的任务。', chooseTask: '请从左侧选择任务。', side: '小结与历史',
  wrapups: '待写小结', attempts: '计 {{n}}/{{of}} 次', dueAt: '截止 {{at}}', appointmentAt: '预约 {{at}}', openFor: '可拨，剩 {{left}}', openNow: '现在可拨', opensAt: '{{at}} 起可拨', tomorrow: '明天 {{clock}}', doNotCall: '免打扰',
  windowOpen: '可拨时段，剩余', windowClosed: '不在可拨时段，{{at}} 开始', windowLeft: '可拨时段剩余时间', otherCall: '另一个任务正在通话。', backToCall: '回到通话',
} as const;

export const card = {
  label: '客户', more: '更多操作', appointment: '预约', notConvenient: '不方便，另约', doNotCall: '登记免打扰', allowCalls: '取消免打扰', close: '结束任务…', government: '机关单位', doNotCallSince: '免打扰客户，请改用：{{channel}}', noChannel: '其他方式',
  numbers: '联系号码', invalid: '号码无效', program: '项目', purpose: '事由', appointmentAt: '预约时间', due: '截止', hardDue: '最后期限', kind: '类型', grade: '{{grade}} 级', adviser: '服务人员', nextSlot: '下次时段', notes: '备注',
} as const;

export const gate = { allowed: '现在可以拨打', allowedIn: '现在可以拨打（{{window}} 时段）', left: '剩 {{left}}', unknown: '正在核对拨打规则…' } as const;
export const proof = { title: '认定“联系不上”所需的有效拨打次数、时段数和日期数', text: '{{counted}}/{{needed}} 次 · {{windows}} 时段 · {{dates}} 天' } as const;

export const attempts = {
  titleOf: '拨打记录 {{n}}', empty: '还没有拨打过。', n: '次', dialed: '时间', outcome: '结果', ring: '振铃', counted: '计次', notCounted: '不计次', reason: '原因', recording: '录音', running: '进行中', noRing: '未振铃', seconds: '{{n}} 秒', ringOk: '振铃达标', ringShort: '振铃不足',
  heard: '接通前听到：{{sounds}}', signal: '振铃依据：{{signal}}', endedBy: '（{{party}}结束）', override: '越权理由：{{reason}}',
} as const;

export const script = { title: '话术', empty: '此项目没有话术。', notice: '接通后自动播放录音提示，播完再开始说话。' } as const;
export const questionnaire = { title: '问卷', titleOf: '问卷 {{n}}/{{of}}', empty: '此项目没有问卷。', beforeCall: '接通后可以填写。', required: '必答', redFlag: '重点关注', redFlagged: '重点关注：将上报', prefill: '自上次记录带出', between: '{{min}} 至 {{max}}', least: '不小于 {{min}}', most: '不大于 {{max}}' } as const;
export const history = { title: '联系历史', empty: '还没有联系过这位客户。', noContent: '没有记录内容', details: '详情' } as const;

export const record = {
  title: '通话小结', disposition: '结果', content: '回访内容', problems: '发现的问题', handling: '处理情况', deviation: '与话术的出入（如有）', appointment: '约定时间', none: '无', noneFor: '{{field}}：填“无”', kinds: '回访内容类别', form: '项目要求的内容', save: '完成小结', done: '小结已完成。', isFinal: '小结已完成。',
  duringCall: '通话中可以先写，挂断后完成。', afterCall: '请在通话结束后完成小结。', incomplete: '还有必填项未填。', answersMissing: '问卷还有必答题未答。',
  hint: { content: '谈了什么，客户怎么说', problems: '客户提出或您发现的问题', handling: '如何处理，由谁跟进' },
  missing: { required: '必填', not_true: '与通话结果不符', appointment: '请选择约定时间', past: '时间已过，请选择将来的时间', outside: '数值超出范围' },
  savedNote: { idle: '自动保存草稿', dirty: '未保存', saving: '保存中…', saved: '草稿已保存', failed: '草稿未能保存到服务器，已留在本机' },
} as const;

export const appointment = {
  title: '与 {{name}} 约定时间', hint: '按客户方便的时间，可以不在通常时段内；从前 10 分钟到后 30 分钟可以拨打。', quick: '常用时间', at: '时间', note: '备注', save: '约定', set: '已约定。', remove: '取消预约', removed: '预约已取消。', intoRecord: '约定时间已写入小结，完成小结后生效。',
} as const;

export const close = { title: '结束任务', as: '结束为', unreachable: '联系不上', otherChannel: '改用其他方式联系', cancelled: '取消任务', reason: '理由', ok: '结束任务', done: '任务已结束。' } as const;
export const doNotCall = { hint: '登记后不再拨打此客户，请改用其他方式联系。', channel: '客户希望的联系方式', reason: '客户原话或理由', undo: '取消后可以再次拨打此客户。确定吗？' } as const;
