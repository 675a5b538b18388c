/** 用户与角色。 */
export const users = {
  title: '用户', note: '账号、角色和所属部门。停用或改密码会立即结束该用户的所有会话。', search: '姓名、账号、工号', noMatch: '没有符合条件的用户。', new: '新建用户', change: '修改 {{name}}', name: '姓名', login: '账号', staffNumber: '工号', roles: '角色', department: '部门', superior: '上级', superiorMeans: '超期未办的反馈单和案件每个工作日逐级上报（C-18）。', languages: '语言', skills: '技能', skillsMeans: '回访计划可按技能分派，输入后回车。',
  disabled: '停用', disabledMeans: '停用的账号不能登录。', sessions: '会话', password: '初始密码', newPassword: '新密码', passwordKeeps: '不改请留空；至少 {{n}} 个字符。', passwordLength: '至少 {{n}} 个字符。',
} as const;
