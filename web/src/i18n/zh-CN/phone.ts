/** 软电话：通话条、设备、线路质量。 */
export const phone = {
  label: '软电话', idle: '未选择任务', selected: '待拨', spoken: '{{name}}：{{state}}', agentState: '我的状态：', controls: '通话操作',
  dial: '拨打', dialHint: '拨打所选任务 Alt+D', dialWhom: '请先选择任务', hangup: '挂断', hangupIn: '{{n}} 秒后可挂断', locked: '振铃未满最短时间，{{n}} 秒后可挂断。', overrideHangup: '提前挂断（主管）',
  confirmTitle: '由您先挂断吗？', confirmText: '请确认客户已说完。通常由客户先挂断。', stay: '继续通话', mute: '静音', unmute: '取消静音', hold: '保持', resume: '恢复', keypad: '键盘', sentDigits: '已发送的按键',
  cancelling: '正在取消…', earlyMedia: '可听到网络提示音', talkTime: '通话时长', stateTime: '当前状态时长', ringTime: '振铃时长', ringProgress: '振铃进度', ringText: '已振铃 {{rung}} 秒，至少 {{min}} 秒', ringMark: '{{n}} 秒',
  monitored: '{{name}} {{how}}', customerKeys: '客户按键 {{keys}}', pause: '暂停录音', pauseTitle: '为什么暂停录音？', pauseText: '双方仍能听到对方，录音留空。最长 {{left}}，还可暂停 {{n}} 次；每次都会被核查。', pauseNone: '本次通话不能再暂停录音。', pauseNote: '其他原因（必填）', unpause: '继续录音', unpauseIn: '录音已暂停，剩余 {{left}}；点击继续录音',
  complaint: '客户投诉', complaintTitle: '客户投诉', complaintMark: '标记投诉', complaintNote: '投诉内容（简述）', complaintText: '录音的此刻会被标记，主管可以看到。', complaintDone: '投诉已标记。',
  seconds: '秒', recording: '录音：{{state}}', notice: '录音提示播放中', breaks: { rest: '小休', lunch: '用餐', meeting: '会议', training: '培训' },
} as const;

export const quality = {
  title: '线路质量', label: '线路质量：{{word}}', none: '通话开始几秒后显示。', unknown: '检测中', good: '良好', fair: '一般', poor: '较差', agentSilent: '对方听不到您', customerSilent: '听不到客户',
  agentLeg: '您到服务器', customerLeg: '服务器到客户', loss: '丢包', jitter: '抖动', rtt: '往返时延',
} as const;

export const devices = {
  title: '声音设备', microphone: '麦克风', speaker: '扬声器', default: '系统默认', unnamed: '未命名设备', tone: '播放测试音', toneFailed: '无法播放测试音，请检查扬声器。', media: '声音通道：本页{{page}}，服务器侧{{server}}',
} as const;

export const microphone = {
  asking: '请在浏览器提示中允许使用麦克风。', fellBack: '所选麦克风已拔出，已改用系统默认设备。',
  insecure: { title: '此地址不能使用麦克风', help: '浏览器只允许安全连接使用麦克风。请使用 https:// 地址，或联系管理员。' },
  denied: { title: '麦克风权限被拒绝', help: '请点击地址栏左侧的图标，将“麦克风”改为“允许”，然后重试。' },
  missing: { title: '没有找到麦克风', help: '请插好耳机或麦克风，然后重试。' },
  busy: { title: '麦克风打不开', help: '可能正被其他程序占用。请关闭其他会议或录音软件，然后重试。' },
  ended: { title: '麦克风已断开', help: '耳机可能被拔出。请重新插好，然后重试。' },
} as const;

export const check = {
  title: '开始工作前的检测', note: '检测麦克风、扬声器和连接，然后进入就绪。', microphone: '麦克风', level: '麦克风音量', speak: '请说几句话，音量条应随声音变化。', speaker: '扬声器', didYouHear: '听到测试音了吗？', heard: '听到了', notHeard: '没听到',
  speakerHelp: '请检查音量和所选的扬声器，再试一次。', connection: '连接', connected: '已连接服务器。', connecting: '正在连接服务器…', mediaLater: '进入就绪时建立声音通道，之后每通电话都用它。', start: '进入就绪', later: '暂不接打，先看任务',
  noConnection: '声音通道建立失败，请重试。', noMicrophone: '没有可用的麦克风。', step: { ok: '正常', busy: '检测中', bad: '异常', waiting: '待检测' },
} as const;
