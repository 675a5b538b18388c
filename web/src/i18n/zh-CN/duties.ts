/** 回访规则与覆盖率。 */
export const duties = {
  title: '回访规则', note: '什么事件之后多久须回访、适用哪些客户、走什么渠道。规则按版本生效，改动不影响已经办结的回访。', empty: '还没有规则。可以从现成的模板开始。',
  new: '新建规则', fromTemplate: '从模板新建', templates: '规则模板', templatesNote: '选一个模板，核对后再启用。', use: '选用', inUse: '已有同名规则', edit: '修改“{{name}}”', create: '新建规则', change: '修改规则',
  code: '代码', codeMeans: '小写字母、数字和连字符，建立后不变', nameZh: '中文名称', nameEn: '英文名称', rule: '规则', version: '版本', versions: '版本记录', versionsOf: '“{{name}}”的版本', versionN: '第 {{n}} 版', from: '生效日', fromMeans: '自这一天起发生的事件按此版本办理', reason: '修改理由',
  enabled: '启用', disabled: '停用', state: '状态', actions: '操作', trigger: '触发条件', events: '事件', festivals: '节日', perMonth: '每月次数', perMonthMeans: '均匀分布在当月', stages: '回访节点', stage: '节点 {{n}}', addStage: '增加节点', removeStage: '删除节点 {{n}}',
  due: '应开始', soft: '期限（软）', hard: '最后期限（硬）', none: '无', anchor: '起算', repeat: '此后重复', noRepeat: '不重复', n: '数量', unit: '单位',
  coolingOff: '不早于冷静期结束', coolingOffDays: '合同未写明时的冷静期（天）', beforeCommissioning: '须在投运前完成', runningContract: '仅限有在约合同的客户', graceDays: '宽限天数', graceMeans: '超过期限但仍算按时的天数',
  channel: '渠道', alsoChannel: '也可用', visitFrom: '累计金额达到（元）改为走访', visitFromMeans: '按客户合计，0 表示不改（C-11）', minAmount: '只限累计金额达到（元）', program: '问卷项目', priority: '优先级', priorityMeans: '1 最先，9 最后', kinds: '客户类别', grades: '客户等级', all: '全部', target: '覆盖率目标（%）', purposeZh: '任务说明（中文）', purposeEn: '任务说明（英文）',
  who: '适用客户', how: '方式', when: '时间', dryRun: '试算', dryRunOf: '试算：{{name}}', dryRunNote: '按现有数据计算这条规则会产生哪些回访，不写入任何内容。', period: '应开始日期', asOf: '评判日', run: '计算', looked: '查看客户', concerned: '涉及客户', total: '应回访', wouldOpen: '未到期', wouldMiss: '已逾期', exists: '已存在', none2: '这段时间没有应回访的客户。', firstOf: '仅列出前 {{n}} 条',
  customer: '客户', deadline: '最后一天', base: '起算日', already: '已有',
  schedule: '安排', onlyMonth: '每月 {{n}} 次', everyN: '此后每 {{text}}',
  triggerOf: { event: '事件发生', last_contact: '距上次回访（或合同开始）', birthday: '生日', festival: '节日', monthly: '每月若干次' },
  unitOf: { day: '天', working_day: '个工作日', month: '个月', year: '年', week_start: '周后的周一', week_end: '周后的周日', month_end: '个月后的月末' },
  anchorOf: { event: '自事件', due: '自应开始日' },
  channelOf: { call: '电话', visit: '走访', sms: '短信', email: '邮件', letter: '信函' },
  festivalOf: { new_year: '元旦', spring_festival: '春节', lantern: '元宵节', valentine: '情人节', labour_day: '劳动节', dragon_boat: '端午节', mid_autumn: '中秋节', national_day: '国庆节' },
  kindOf: { investor: '投资者', equipment_operator: '设备用户', furniture_buyer: '家具客户', advertiser: '广告客户', other: '其他' },
  eventOf: {
    contract_signed: '合同签订', contract_changed: '合同变更', contract_terminated: '合同终止', contract_expires: '合同到期', shipped: '发货', arrived: '到货', installed: '安装完成', commissioned: '投运', warranty_ends: '质保到期', delivered: '送货', picked_up: '自提', purchased: '购买',
    repair_dispatched: '维修派工', repair_overdue: '维修超时', repair_finished: '维修完成', complaint_received: '收到投诉', complaint_resolved: '投诉办结', letter_received: '收到来信', proposal_received: '收到建议', claim_handed_over: '理赔移交保险公司', sales_visit: '销售拜访',
  },
  stateOf: { planned: '未到时间', open: '待回访', done: '已完成', unreachable: '联系不上', cancelled: '已取消', withdrawn: '已撤销' },
  resultOf: { in_time: '按时完成', late: '逾期完成', open: '未到期', missed: '漏访' },
} as const;

export const coverage = {
  title: '覆盖率', note: '法定回访的完成情况，按规则和机构实时统计（R-03）。点数字看名单。', empty: '这段时间没有到期的回访。', deadlines: '期限', asOf: '截至', today: '今天', branch: '机构', noBranch: '未归属', allRules: '全部规则', allBranches: '全部机构',
  due: '应回访', percent: '覆盖率', below: '未达目标 {{n}}%', sum: '合计', list: '{{rule}} · {{branch}} · {{result}}', listEmpty: '没有符合条件的回访。', closedOn: '回访日', state: '状态', evaluate: '立即计算', evaluated: '新增 {{made}}，调整 {{moved}}，撤销 {{withdrawn}}，开始 {{opened}}', open: '查看 {{n}} 条：{{text}}',
} as const;
