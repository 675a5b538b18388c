/** 日清日结。 */
export const shift = {
  label: '班次', since: '班次开始', none: '未上班', end: '结束班次', ended: '班次已结束。', warning: '还有 {{n}} 条小结未写，下班前须写完：', refused: '还不能结束班次', refusedMeans: '当天的电话当天写完。以下小结还没有完成；确有急事，请主管放行。', goOn: '去补写',
  unfinished: '未完小结', unfinishedNote: '谁还有小结没有写完（C-23）。班次未结束的，可以注明原因放行。', allWritten: '所有小结都已写完。', agent: '坐席', records: '未完成的通话', earlier: '隔日未写', count: '{{n}} 条', state: '班次', left: '上次下班时留有 {{n}} 条：', let: '放行下班', letOf: '放行 {{name}} 下班', reason: '原因', logged: '原因会记入日志；小结仍须补写。',
} as const;
