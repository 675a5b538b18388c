/** 单次通话。 */
export const calls = {
  title: '通话详情', call: '通话', attempts: '拨打记录', record: '通话小结', recording: '录音', customer: '客户', agent: '坐席', program: '项目', outcome: '结果', started: '发起', ringing: '振铃', answered: '接通', notice: '录音提示', talk: '开始通话', ended: '结束', endedBy: '结束方', id: '通话编号',
  noRecord: '还没有小结。', recordState: '小结状态', final: '已完成', draft: '草稿', disposition: '结果', method: '方式', answers: '问卷',
} as const;
