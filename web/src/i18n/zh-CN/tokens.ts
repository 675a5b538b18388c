/** 接口令牌。 */
export const tokens = {
  title: '接口令牌', note: '供本单位其他系统调用接口：令牌只能做所选范围内的事，只显示一次，可随时吊销；所做的每件事都以令牌的名义记入审计（C-22）。', empty: '还没有接口令牌。', new: '新建令牌', make: '生成',
  name: '名称', nameMeans: '写明是哪个系统在用，审计中以此名显示。', scopes: '范围', noSound: '任何令牌都听不到录音：听录音只能由有权的人员或经审批授权。', days: '有效天数', perMinute: '每分钟次数', made: '创建', used: '最近使用', never: '未使用', expires: '到期', state: '状态',
  valid: '有效', expired: '已到期', revoked: '已吊销', revoke: '吊销', revokeOne: '吊销令牌 {{name}}', revokeMeans: '吊销“{{name}}”后，使用它的系统立即不能再调用接口。',
  once: '请现在复制并妥善保存：令牌不会再次显示。', secret: '令牌', copy: '复制', copied: '已复制', howTo: '请求时放在 Authorization: Bearer 之后；重复发送的请求请带 Idempotency-Key。',
} as const;
