/** 录音检索与回放。 */
export const recordings = {
  title: '录音', one: '录音回放', toList: '返回录音列表', logged: '打开和收听都会记入审计日志。', empty: '最近 90 天没有录音。', noMatch: '没有符合条件的录音，请放宽条件。',
  started: '开始时间', length: '时长', customer: '客户', digits: '号码尾号', agent: '坐席', program: '项目', outcome: '结果', state: '录音状态', interrupted: '中断', emptyBoth: '双方无声', emptyLeft: '坐席无声', emptyRight: '客户无声',
  more: '更多条件', fewer: '收起条件', direction: '方向', outbound: '呼出', inbound: '呼入', ring: '振铃', ringMet: '振铃达标', ringShort: '振铃不足', attempts: '拨打次数 ≥', shortest: '时长（秒）≥', longest: '时长（秒）≤', satisfaction: '满意度', dissatisfied: '有不满意项', dissatisfiedWith: '不满意：{{item}}', hold: '冻结', held: '冻结中', notHeld: '未冻结', retainBefore: '到期早于',
  score: '得分', scoreBelow: '得分 <', tag: '标签', branch: '分公司', tags: '标签', addTag: '添加标签', removeTag: '去掉标签 {{tag}}', saved: '常用检索', noneSaved: '还没有：先设条件，再保存', save: '保存检索', saveName: '名称', moving: '总是最近 {{n}} 天', forget: '删除 {{name}}',
  player: '回放', play: '播放', pause: '暂停', back: '后退 5 秒', on: '前进 5 秒', position: '播放位置', hear: '收听声道', speed: '速度', marks: '通话节点', cannotPlay: '无法播放。录音可能暂时取不到，请稍后重试。', comments: '批注', comment: '在当前位置写批注（写下后不能修改）', say: '批注', loop: '循环', loopFrom: '从 {{from}} 到这里', loopOff: '循环 {{from}}–{{to}}，取消',
  questions: '小结的问题', questionMeans: '从记下答案之前几秒开始播放',
  imported: '其他线路', lesser: '在其他线路录制，证据等级较低', lesserMeans: '来源：{{source}}。原因：{{reason}}。导入人：{{by}}',
  keys: '空格 播放/暂停 · ← → 5 秒 · [ ] 速度 · B 双方 L 坐席 R 客户 · O 循环的起点、终点、取消',
  notPlayable: {
    opened: '通话还没有声音，录音尚未开始。', spooling: '通话还在进行，结束并封存后即可播放。', failed: '录音失败：没有录到声音，或存储不收。已录的部分仍在实例的磁盘上，原因见“完整性证明”。',
    missing: '录音找不到：存储里和任何实例上都没有。已报警，请联系运维。', expired: '保管期已满并获批删除，正在删除，不再提供播放。', deleted: '保管期满后经第二人批准删除。日志中留有删除记录。', pending: '录音已封存，尚在实例 {{instance}} 上等待存储，稍后可播放。',
  },
  proof: '完整性证明', trouble: '存储遇到问题', size: '大小', law: '编码', spoken: '有声时长', stored: '存储时间', verified: '校验时间', retainUntil: '保存至', object: '存储位置', key: '加密密钥', notEncrypted: '未加密', objectHash: '存储对象 SHA-256', version: '版本', copy: '复制', copied: '已复制。', check: '重新校验', checkOk: '一致：存储的内容与封存时相同。', checkBad: '不一致！请立即报告。',
  accesses: '访问记录', noAccess: '还没有人打开过。', when: '时间', who: '人员', did: '操作', part: '范围',
} as const;
