/** 主管：进行中的通话。 */
export const live = {
  title: '进行中的通话', note: '旁听、向坐席耳语、插话或接管。每一次都会连同理由写入审计日志和录音标记。', empty: '现在没有通话。', nobody: '等待坐席', inbound: '来电', agent: '坐席', customer: '客户', state: '状态', length: '时长', watched: '参与的主管', actions: '操作', how: '参与方式', own: '您自己的通话',
  listen: '旁听', whisper: '耳语', barge: '插话', take_over: '接管', stop: '退出', reason: '理由', logged: '理由、时间和您的姓名将写入审计日志。',
  text: { listen: '您将听到 {{agent}} 与 {{customer}} 的通话，双方听不到您。', whisper: '{{agent}} 能听到您，{{customer}} 听不到。', barge: '{{agent}} 和 {{customer}} 都能听到您。', take_over: '您将代替 {{agent}} 与 {{customer}} 通话，并填写小结。' },
} as const;
