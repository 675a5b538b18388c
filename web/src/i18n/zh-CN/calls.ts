/** 单次通话。 */
export const calls = {
  title: '通话详情', call: '通话', quality: '音质', leg: { agent: '坐席到服务器', customer: '客户到服务器' }, atMost: '最大', late: '迟到的包', farLoss: '对方报告的丢包', unheard: '没有听到的时间', concealed: '浏览器补偿的采样', silent: '其中静音', browser: '浏览器收到：丢包、抖动、时延', attempts: '拨打记录', record: '通话小结', recording: '录音', customer: '客户', agent: '坐席', program: '项目', outcome: '结果', started: '发起', ringing: '振铃', answered: '接通', notice: '录音提示', talk: '开始通话', ended: '结束', endedBy: '结束方', id: '通话编号',
  noRecord: '还没有小结。', number: '记录编号', score: '得分（C-16）', recordState: '小结状态', final: '已完成', draft: '草稿', disposition: '结果', method: '方式', answers: '问卷',
} as const;
