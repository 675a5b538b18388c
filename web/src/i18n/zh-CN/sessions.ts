/** 登录会话。 */
export const sessions = {
  title: '登录会话', note: '结束不是您本人的会话，并立即修改密码。', user: '用户', empty: '没有会话。', device: '设备', current: '当前', ip: '地址', created: '登录时间', lastSeen: '最近活动', expires: '到期', revoke: '结束', revoked: '会话已结束。', sure: '结束这个会话？其中的通话会中断。',
} as const;
