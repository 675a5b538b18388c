/** 号码规则。 */
export const numbers = {
  title: '号码', note: '哪些号码可以拨打。从上到下，第一条相符的规则决定；更改对下一次拨号立即有效，每个版本都保留并写入审计日志。',
  edit: '修改规则', add: '添加规则', prefix: '前缀', prefixHint: '按存储形式填写：境外号码用 +852，短号用 95。', allow: '可以拨打', closed: '不可拨打', take: '删除规则 {{n}}', reason: '原因',
  house: '本公司的规则', shipped: '系统自带的规则（在本公司规则之后）', none: '没有本公司的规则，只用系统自带的规则。', any: '其余全部', digits: '{{n}} 位', rule: '规则', what: '类别', may: '可否拨打',
  history: '历史版本', version: '版本', at: '时间', by: '修改人', config: '配置文件', rules: '规则（前缀）', empty: '无',
  check: '检查号码', number: '号码', program: '项目（主叫号码）', ask: '检查', checked: '检查结果', invalid: '这不是电话号码。', stored: '存储形式', national: '国内写法', shown: '坐席看到', decided: '依据', ways: '线路', over: '{{trunk}} 发送 {{dialled}}，显示 {{caller}}', cannot: '{{trunk}} 无法发送此号码', down: '（线路不通）', noCaller: '线路默认', noWays: '没有启用的线路',
  by_house: '本公司规则 {{prefix}}', by_shipped: '系统规则 {{prefix}}', by_emergency: '紧急号码，任何规则都不能开放', by_none: '—', notDialled: '仅检查，不会拨号。',
  wrong: { emergency: '紧急号码不能开放', effect: '没有作用：前面的规则已包含这些号码', form: '请填写 1 到 15 位数字，国家代码前加 +，如 +852、400', same: '规则没有变化', reason: '请写明原因，最多 500 字', many: '规则太多' },
} as const;
