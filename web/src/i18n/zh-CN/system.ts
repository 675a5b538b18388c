/** 系统状态：提示条与左下角的状态。 */
export const system = {
  title: '系统状态', condition: { ok: '系统正常', notice: '有提醒', bad: '系统异常', unknown: '状态未知' }, comma: '、',
  recorder: '录音', works: '正常', fails: '不可用', storage: '录音存储', reachable: '可连接', away: '无法连接', worm: '防篡改', probedAt: '检测于', encryption: '录音加密', encrypted: '已开启', plain: '未开启', noKeys: '缺少密钥：{{names}}', backlog: '待上传', waiting: '{{n}} 条（{{bytes}}），最早 {{oldest}}',
  trunks: '线路', thisYear: '今年节假日', nextYear: '明年节假日', announced: '已公布', notAnnounced: '未公布', time: '服务器时间', asOf: '更新于', version: '版本',
  trouble: {
    recorder: '录音不可用（{{reason}}），暂停所有拨打。', worm: '录音存储防篡改{{worm}}，请立即通知管理员。', storage: '录音存储无法连接，新录音先存在本机，恢复后自动上传。',
    backlog: '录音存储无法连接，{{n}} 条录音（{{bytes}}）等待上传，最早 {{oldest}}。', trunk: '线路 {{names}} 故障，其他线路仍可拨打。', trunks: '线路 {{names}} 故障，暂时不能拨打。', noTrunk: '没有配置线路，不能拨打。',
    keys: '密钥文件缺少已存录音所需的密钥（{{names}}），这些录音无法播放，请通知管理员。', plain: '录音未加密即送往存储。',
    calendar: '{{year}} 年节假日安排未录入，暂按普通工作日处理。',
  },
} as const;
