/** 取号队列。 */
export const queue = {
  label: '待拨队列', next: '下一位', auto: '自动打开下一位', autoMeans: '写完小结后自动打开下一位客户的资料，不会自动拨号。', nothing: '现在没有可以拨打的任务。', again: '下次可拨：',
  skip: '跳过', skipTitle: '跳过 {{name}}', reason: '原因', skipMeans: '原因会记入日志；半小时内不再派给您，其他同事可以立即接手。',
} as const;
