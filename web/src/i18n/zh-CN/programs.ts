/** 回访项目的规则。 */
export const programs = {
  title: '项目', note: '录音暂停的限度（T-13）、可显示的主叫号码（T-14）和坐席能否看到主管旁听。更改对之后开始的通话有效，并写入审计日志。', change: '修改 {{name}}', name: '项目', code: '代码', longest: '一次暂停最长（秒）', number: '每通电话次数', total: '每通电话合计（秒）', pauses: '录音暂停', limits: '{{longest}} 秒 · {{number}} 次 · 合计 {{total}} 秒', none: '不允许', show: '坐席能看到主管旁听', shown: '显示', hidden: '不显示', showMeans: '耳语和插话总会显示。', noneMeans: '次数为 0 即不允许暂停。', callers: '可显示的主叫号码', callersMean: '依次取线路上已登记的第一个；线路没有其中任何一个就不用它。空：用线路自己的号码。', trunks: '线路的号码',
} as const;
