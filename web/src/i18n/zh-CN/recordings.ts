/** 录音检索与回放。 */
export const recordings = {
  title: '录音', one: '录音回放', toList: '返回录音列表', logged: '打开和收听都会记入审计日志。', empty: '最近 90 天没有录音。', noMatch: '没有符合条件的录音，请放宽条件。',
  started: '开始时间', length: '时长', customer: '客户', digits: '号码尾号', agent: '坐席', program: '项目', outcome: '结果', state: '录音状态', interrupted: '中断', emptyBoth: '双方无声', emptyLeft: '坐席无声', emptyRight: '客户无声',
  player: '回放', play: '播放', pause: '暂停', back: '后退 5 秒', on: '前进 5 秒', position: '播放位置', hear: '收听声道', speed: '速度', marks: '通话节点', cannotPlay: '无法播放。录音可能暂时取不到，请稍后重试。', notPlayable: '录音状态为“{{state}}”，目前不能播放。',
  proof: '完整性证明', trouble: '存储遇到问题', size: '大小', law: '编码', spoken: '有声时长', stored: '存储时间', verified: '校验时间', retainUntil: '保存至', object: '存储位置', version: '版本', copy: '复制', copied: '已复制。', check: '重新校验', checkOk: '一致：存储的内容与封存时相同。', checkBad: '不一致！请立即报告。',
  accesses: '访问记录', noAccess: '还没有人打开过。', when: '时间', who: '人员', did: '操作', part: '范围',
} as const;
