/** 转接、咨询、三方通话，以及正在呼叫本座席的来电。 */
export const transfer = {
  button: '转接', title: '转接给同事', customer: '客户：{{name}}', colleagues: '同事', none: '现在没有可以接听的同事。', search: '按姓名或部门查找', speaks: '会客户的语言', note: '给同事的说明', noteHint: '例如：客户询问费用', consult: '先咨询', blind: '直接转接', hold: '转接期间客户听音乐，录音不中断。',
  offered: '正在呼叫 {{name}}，客户在听音乐', consulting: '正在与 {{name}} 咨询，客户在听音乐；咨询内容也被录音', threeWay: '您、客户和 {{name}} 三方通话中', cancel: '取消', complete: '完成转接', join: '三方通话', back: '返回客户', again: '再次咨询', sendAway: '请 {{name}} 退出',
  helping: '{{name}} 正在咨询您，客户 {{customer}} 在听音乐；咨询内容也被录音', helpingThree: '您与 {{name}}、客户 {{customer}} 三方通话中', leave: '退出', result: '转接：{{how}}',
  offer: { transfer: '{{name}} 转来的通话', consult: '{{name}} 想咨询您', inbound: '客户来电' }, why: '说明', noWhy: '没有说明', about: '致电事由', noAbout: '没有事由', last: '上次致电', never: '尚未致电', language: '语言', number: '号码', left: '还有 {{n}} 秒', accept: '接听', decline: '不接',
} as const;
