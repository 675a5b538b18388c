/** 证据日志。 */
export const evidence = {
  title: '证据', note: '每一项定稿的事实都是一棵只增不减的哈希树的叶子；树的状态定期签名并存入不可更改的存储。任何更改、删除、插入或回退都能被发现。',
  state: '日志', name: '名称', leaves: '事实', waiting: '待入日志', healthName: '与存储中的签名',
  health: { unknown: '尚未比对', good: '一致', bad: '不一致：数据库被回退或更改' },
  keys: '公钥', keysNote: '请以其他途径将公钥交给核验人，不要从本系统取得。', copy: '复制', since: '起用时间',
  checkpoints: '签名', size: '覆盖事实', at: '时间', stored: '存储副本', yes: '已锁定', no: '尚未存入', none: '尚无签名',
  verify: '核验', verifyNote: '核对每一条事实、每一个签名、每一段录音的锁定期，并按所选比例重新读取录音。系统照常工作。', percent: '重新读取的录音', begin: '开始核验', running: '{{name}} 于 {{at}} 开始，正在核验…',
  last: '上次核验（本实例）', never: '本实例启动后尚未核验。', ok: '全部相符', bad: '有不符之处', broken: '未能完成：{{error}}',
  by: '核验人', ended: '结束时间', counted: '核对', counts: '事实 {{facts}}，签名 {{checkpoints}}，通话 {{calls}}，已存录音 {{recordings}}，其中整段读取 {{read}}',
  findings: '不符之处', noted: '已知情况', nothing: '没有', what: '内容', ref: '对象', detail: '说明',
  finding: {
    leaf_missing: '日志缺条', leaf_altered: '日志条目被改', node_altered: '树的哈希被改', fact_altered: '事实被改', fact_missing: '事实被删', fact_not_logged: '事实未入日志', rolled_back: '日志被回退',
    root_differs: '与签名不符', checkpoint_bad: '签名无效', checkpoint_unknown: '数据库缺少签名', checkpoint_unstored: '存储缺少签名', checkpoint_none: '尚未签名', object_missing: '存储中没有录音', object_unlocked: '录音锁定不足',
    audio_altered: '录音被改', call_incomplete: '通话没有录音', timestamp_bad: '时间戳',
  },
} as const;
