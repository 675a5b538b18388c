/** 为什么现在不能拨，什么时候可以。 */
export const why = {
  title: '为什么现在不能拨？', ask: '逐项核对', yes: '现在可以拨打。', wait: '现在还不能拨打。', needs: '须先处理：{{reasons}}', next: '按规则最早：', for: '坐席：{{name}}', zone: '客户时区：{{zone}}', checks: '核对项',
  until: '自动解除：', override: '主管可注明原因后放行', appointed: '约好的时间，随时可拨', openings: '接下来可拨的时段', noOpening: '六十天内没有可拨的时段。', appointment: '预约',
} as const;
