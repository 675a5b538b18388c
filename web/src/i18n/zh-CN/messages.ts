/** 短信与电子邮件。 */
export const messages = {
  title: '消息', note: '以短信和电子邮件联系客户的记录：发给谁、说了什么、是否送达，都有凭据（C-14、C-26）。', empty: '还没有消息。', noMatch: '没有符合条件的消息。', all: '全部', customer: '客户', search: '客户姓名或编号',
  purpose: '事由', channel: '方式', to: '发往', state: '状态', at: '时间', by: '发送人', system: '系统', text: '内容', subject: '标题', one: '消息', segments: '{{n}} 条短信', steps: '经过', proof: '回执指纹', gatewayId: '网关编号', error: '最近一次错误', tries: '已尝试 {{n}} 次，下次 ',
  retry: '重新发送', retryMeans: '网关没有确认的消息可能已经发出，重发会使客户收到两次。', cancel: '撤回', closes: '送达后任务按其他方式办结（C-14）', task: '打开任务',
  offerMissed: '已计 {{n}} 次未接通，可以发一条消息告知客户。', offerNotice: '客户不愿接听电话，请改用{{channel}}联系，送达后任务办结（C-14）。', offer: '发{{channel}}', send: '发送', sendTitle: '发送消息', sent: '已提交发送', preview: '预览', loading: '正在生成预览', units: '{{units}} 个字符，{{encoding}}', version: '模板第 {{n}} 版',
  ofTask: '消息', ofTaskN: '消息（{{n}}）', none: '这个任务还没有消息。', write: '写消息', festival: '节日名称',
  channels: '联系方式', channelsNote: '客户拒收的方式不会再用；邮箱和手机号以掩码显示。', possible: '可以发送', mailboxes: '邮箱', addMailbox: '添加邮箱', mailbox: '邮箱地址', add: '添加', invalid: '已失效', noMailbox: '没有登记邮箱。',
  refusals: '客户拒收', refuse: '登记拒收', refuseChannel: '拒收方式', said: '客户原话', refused: '{{channel}}：{{how}}', lift: '恢复', liftReason: '恢复的理由', save: '登记',
} as const;

/** 消息模板。 */
export const templates = {
  title: '消息模板', note: '修改即新增一个版本，以后写的消息按新版本；已发的消息不变。', edit: '修改模板', purpose: '事由', channel: '方式', language: '语言', version: '版本', by: '修改人', shipped: '随产品提供', text: '内容', open: '修改', placeholders: '可用的占位符', save: '存为新版本', saved: '已存为第 {{n}} 版', sample: '示例', history: '历次版本', segments: '示例共 {{units}} 个字符（{{encoding}}），{{n}} 条短信', dirty: '修改后可保存',
} as const;
