/** 到处都用的文字。 */
export const common = {
  again: '重试', save: '保存', saved: '已保存', cancel: '取消', close: '关闭', more: '加载更多', shown: '已显示 {{n}} 条', search: '搜索', reset: '清除条件', all: '全部',
  from: '从', to: '至', none: '无', yes: '是', no: '否', back: '返回', edit: '修改', loading: '加载中', required: '必填', done: '完成', open: '打开',
} as const;

export const fault = {
  allowedAt: '{{at}} 起可以。', rule: '（规则 {{rule}}）', ref: '故障编号 {{ref}}',
} as const;

export const refusal = {
  title: '现在不能拨打 {{name}}', rule: '业务规则 {{rule}}', next: '最早可拨时间', getReady: '进入就绪', override: '仍然拨打',
  overrideReason: '主管越权的理由', overrideLogged: '理由、时间和您的姓名将写入审计日志。',
} as const;
