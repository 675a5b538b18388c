/** 页面框架：顶栏、导航、帮助、登录。 */
export const shell = {
  brand: '回访', skip: '跳到正文', nav: '主导航', navRail: '收起导航', navList: '展开导航', help: '键盘快捷键', check: '设备检测', sessions: '登录会话', signOut: '退出登录',
  signOutInCall: '通话还在进行，退出会中断通话。确定退出吗？', user: '账号菜单：{{name}}',
} as const;

export const nav = { dutyRules: '回访规则', coverage: '覆盖率', calendar: '工作日历', unfinished: '未完小结', desk: '工作台', tasks: '任务', recordings: '录音', live: '通话', marks: '标记', users: '用户', tokens: '接口令牌', imports: '导入', feeds: '报送', programs: '项目', papers: '问卷与话术', suggestions: '话术建议', trunks: '线路', numbers: '号码', evidence: '证据', retention: '保管', reconcile: '核对', audit: '审计', access: '授权', filings: '移交', plans: '计划', slips: '反馈单', cases: '案件', waiting: '待我处理', problems: '问题清单', messages: '消息', templates: '消息模板', ledger: '台账', myAccess: '查阅' } as const;
export const navGroup = { work: '工作', followUp: '跟进', recordings: '录音与证据', settings: '设置' } as const;

export const help = {
  title: '键盘快捷键', text: '在页面任何位置都可使用；“/”和“?”在输入框外有效。',
  keys: {
    dial: '拨打所选任务', hangup: '挂断', mute: '静音 / 取消静音', hold: '保持 / 恢复', keypad: '拨号键盘', pause: '暂停录音 / 继续录音', complaint: '客户投诉', transfer: '转接给同事', accept: '接听来电', declineCall: '不接来电', appointment: '预约时间', save: '保存小结', next: '列表中下一个任务', takeNext: '从队列取下一位',
    ready: '就绪', break: '小休', offline: '离线', search: '搜索任务', help: '打开本帮助',
  },
} as const;

export const broken = { title: '页面出错了', reload: '重新加载' } as const;
export const noRight = { title: '没有权限', text: '您的角色不能打开此页面。如有需要，请联系管理员。' } as const;

export const signin = {
  documentTitle: '登录 · 回访 Huifang', title: '登录', login: '账号', loginNeeded: '请输入账号', password: '密码', passwordNeeded: '请输入密码', submit: '登录',
  note: '所有通话均录音，所有操作留有记录。', claim: '每一次回访，都经得起核查', point1: '先有录音，才能拨号', point2: '何时拨、响多久、拨几次，由系统把关', point3: '录音封存三年，谁听过都有记录',
} as const;

export const otherTab = {
  title: '软电话已在另一个标签页打开', text: '同一账号只能在一个标签页接打电话。可以在这里继续，原标签页将停用；进行中的通话不会中断。', takeOver: '在这里继续', stay: '只查看',
  replacedTitle: '软电话已转到另一个标签页', replacedText: '这个标签页不再接打电话。', takeBack: '回到这里继续',
} as const;

export const strip = {
  offline: '与服务器的连接已断开，正在重连…', offlineInCall: '与服务器的连接已断开，正在重连…通话会保留 30 秒。', elsewhere: '软电话在另一个标签页中使用，这里只能查看。', signedOut: '登录已失效，请重新登录。',
  microphone: '麦克风不可用，无法通话。', check: '检测设备', mediaLost: '声音通道中断，正在恢复…', noMedia: '声音通道未连接。', reconnectMedia: '重新连接', resuming: '正在恢复通话的声音…', agentLost: '您的连接中断超过 30 秒，系统已结束这次通话。', unheard: '服务器收不到您的声音，客户正在听等待音。请检查耳机和网络。',
  customer: { noPackets: '没有收到客户的声音。请请客户说话确认；若仍无声，挂断后改时再拨，并告知主管线路单通。', silent: '客户的线路是通的，但没有声音。请请客户说话，或请客户检查话筒；若仍无声，请告知主管。' },
  agent: { noPackets: '客户听不到您：没有收到您的声音。请检查耳机和网络。', silent: '客户听不到您：麦克风没有声音。请检查耳机上的静音开关、插头和所选的麦克风。' },
} as const;
