/** Questionnaires, scripts and record forms, and what agents suggest. */
export const papers = {
  title: '问卷与话术', note: '问卷、话术和记录表单各有版本：草稿可以反复修改，发布后不再改变，正在填写的记录沿用原版本（C-16）。', empty: '还没有内容。', make: '新建', makeOf: '新建：{{kind}}', code: '编号', name: '名称', nameZh: '中文名称', nameEn: '英文名称', versions: '版本', version: '版本', programs: '使用的项目', unused: '没有项目使用', usedBy: '使用的项目：{{programs}}', copyOf: '从已有内容复制', back: '返回列表',
  save: '保存草稿', publish: '发布', publishAsk: '发布 {{code}} 第 {{n}} 版？', publishMeans: '发布后不能再修改；新的通话按这一版，正在填写的记录沿用原版本。', published: '已发布。', faulty: '还有 {{n}} 处需要改正，改正后才能发布。', retire: '停用', since: '发布于', shipped: '随产品提供', editor: '编辑', preview: '预览：坐席看到的样子', whatIsNew: '这一版改了什么', nothing: '还没有内容可以预览。', tried: '已答 {{n}}/{{of}} 题，重点关注 {{flags}} 项',
  itemOf: '第 {{n}} 题 {{key}}', up: '上移第 {{n}} 项', down: '下移第 {{n}} 项', remove: '删除第 {{n}} 项', addItem: '添加一题', key: '标识', kind: '题型', required: '必答', prefill: '自上次记录带出', inChinese: '中文', inEnglish: '英文', min: '最小', max: '最大', flag: '重点关注的答案', noFlag: '没有重点关注的答案', flagOn: '答“{{answer}}”即重点关注', askIf: '提问条件', always: '总是提问', askIfItem: '仅当：{{label}}', askIfIs: '回答为',
  choiceKey: '第 {{n}} 个选项的标识', choiceZh: '第 {{n}} 个选项，中文', choiceEn: '第 {{n}} 个选项，英文', addChoice: '添加选项', removeChoice: '删除第 {{n}} 个选项',
  placeholders: '可用的占位：', everybody: '所有客户', variantOf: '版式 {{n}}', forWhom: '适用的客户', anyKind: '任何类型', kinds: '客户类型', anyGrade: '任何等级', grades: '客户等级', anyLanguage: '任何语言', languages: '客户语言', government: '机关单位', anyOffice: '不限机关单位', onlyOffice: '仅机关单位', noOffice: '非机关单位', addVariant: '为一类客户添加版式', removeVariant: '删除这个版式', partOf: '第 {{n}} 段 {{key}}', partTitle: '第 {{n}} 段标题（{{language}}）', partText: '第 {{n}} 段内容（{{language}}）', addPart: '添加一段',
  example: { customer: '王先生', agent: '李华', company: '汇方', purpose: '年度回访' },
} as const;

export const suggestions = {
  title: '话术建议', note: '坐席提出更好的说法；采纳后写入草稿，发布后生效；不采纳须说明理由，坐席可以看到（C-29）。', noteMine: '您提出的建议和答复（C-29）。', all: '全部', empty: '没有建议。', of: '{{by}}对{{name}}的建议', was: '原来的说法', wording: '建议的说法', reason: '理由', answer: '答复', answerTo: '答复{{name}}', accept: '采纳，写入草稿', decline: '不采纳', inDraft: '写入第 {{n}} 版', suggest: '建议改写', suggestFor: '建议改写：{{title}}', suggestMeans: '写出您会怎么说，并说明理由。姓名等内容请用占位：{customer}、{agent}、{staff_number}、{company}。', send: '提交建议', sent: '建议已提交，答复后可在“话术建议”中查看。',
} as const;
