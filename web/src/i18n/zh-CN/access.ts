/** 录音查阅：申请、授权。 */
export const access = {
  myTitle: '我的查阅', myNote: '没有收听角色的人员先申请，由档案负责人批准后在限定日期内收听指定录音。每次列出、打开、收听和下载都记入日志。',
  ask: '申请查阅', stopped: '不能再播放：授权已撤销或到期，或录音暂时无法取得。', how: '范围', byIds: '按编号', byCustomer: '按客户和时间', ids: '录音或通话编号（每行一个）', badIds: '编号格式不正确', customer: '客户姓名', purpose: '用途', days: '天数', download: '同时申请下载', send: '提交申请', sent: '申请已提交，等待档案负责人决定。',
  granted: '可收听的录音', noneGranted: '现在没有授权给您的录音。', mine: '我的申请', noneAsked: '还没有申请。',
  started: '通话时间', who: '客户', agent: '坐席', until: '有效至', play: '播放', pause: '暂停', save: '下载', asked: '申请时间', by: '申请人', state: '状态', reason: '理由',
  title: '查阅授权', note: '批准、缩小或拒绝查阅申请；随时撤销授权。本人的申请、与申请人有利益关系的通话不能批准。',
  queue: '待决定的申请', noneOpen: '没有待决定的申请。', decide: '决定', recordings: '录音', noMatch: '申请没有对应到任何录音。', interest: '有利益关系', approve: '批准所选', refuse: '拒绝',
  grants: '授权', noneGrants: '还没有授权。', revoke: '撤销', revoked: '已撤销', over: '已到期', valid: '有效', log: '查阅日志', noneLog: '还没有人查阅。', yes: '可下载', no: '仅收听',
} as const;
