/** 核对：通话、录音、记录与存储对象。 */
export const reconcile = {
  title: '核对', note: '每天并可随时核对通话、录音、数据库记录和存储的对象；随机抽取一部分录音完整读取。每个差异由档案负责人写明原因后关闭。',
  runs: '核对记录', begin: '立即核对', running: '正在核对…', started: '开始时间', by: '发起', daily: '每日自动', period: '范围', counted: '已核对', counts: '{{calls}} 通电话，{{recordings}} 条录音，{{objects}} 个对象，完整读取 {{read}} 条',
  result: '结果', notEnded: '未完成', partial: '不完整', found: '{{n}} 个差异', fits: '一致', never: '还没有核对过。',
  state: '状态', open: '未关闭', closed: '已关闭', kind: '差异', none: '没有未关闭的差异。', noneClosed: '没有已关闭的差异。',
  seen: '最近发现', what: '对象', expected: '应为', is: '实际', reason: '原因', close: '关闭', closeTitle: '关闭：{{kind}}', closeNote: '写明为什么现在可以接受。关闭后不能更改，并记入审计日志。',
} as const;
