/** 任务管理：主管查看、分派、导入、结束。 */
export const tasks = {
  title: '任务', note: '全部坐席的回访任务，按截止时间排列。', search: '姓名、尾号、事由', state: '任务状态', allStates: '全部状态', assignee: '坐席', allAssignees: '全部坐席', unassigned: '未分派', empty: '还没有任务。可以新建，或从 CSV 导入。', noMatch: '没有符合条件的任务。',
  counts: { label: '任务数量', total: '未结束', due: '今日到期', appointment: '预约', retry: '待重拨', overdue: '已逾期', done_today: '今日结束' },
  col: { customer: '客户', program: '项目与事由', due: '截止', state: '状态', attempts: '计次', next: '下次时段', assignee: '坐席', actions: '操作' },
  hardDue: '期限', hardOver: '已逾期', counted: '{{n}}/{{of}}', attemptsTitle: '有效 {{n}} 次，须 {{of}} 次；共拨打 {{all}} 次', appointmentAt: '预约 {{at}}', openNow: '现在可拨', opensAt: '{{at}} 起', openDesk: '在工作台打开 {{name}} 的任务', chooseRow: '选择 {{name}} 的任务',
  assign: '分派', assignOf: '分派 {{name}} 的任务', close: '结束', closeOf: '结束 {{name}} 的任务', selected: '已选 {{n}} 个任务', assignSelected: '分派所选…', clearSelection: '取消选择',
  assignTitle: '分派 {{n}} 个任务', assignTo: '分派给', choose: '请选择', reason: '改派理由', reasonNeeded: '任务已分派给其他坐席，请写明改派理由。', assigned: '已分派 {{n}} 个任务。', failed: '{{n}} 个任务未能分派', conflictHint: '不能分派给服务该客户的人员或其所在部门（规则 C-15）。',
  conflict: { conflict_own_customer: '该客户由此坐席服务，须由他人回访。', conflict_own_department: '该客户属于此坐席所在部门，须由其他部门回访。' },
  newTask: '新建任务', created: '任务已建立。', customer: '客户', customerHint: '输入姓名、编号或号码', noCustomer: '没有找到客户。', program: '项目', assigneeHint: '可以稍后分派', purpose: '事由', purposeHint: '为什么回访，需要确认什么', dueAt: '截止时间', hardDueAt: '最后期限', hardDueHint: '法规或承诺的最晚时间，逾期会标红', complaint: '投诉回访（排在最前）', create: '建立任务',
  importTitle: '导入任务', importCsv: '导入 CSV', importNote: '全部正确才会导入；同一文件导入两次不会重复。支持 UTF-8 和 GB 18030。', header: '表头', headerNote: '列的顺序不限，assignee_login 和 purpose 可以省略。', example: '下载示例', examplePurpose: '例行回访', exampleName: '张三', columns: '各列说明',
  chooseFile: '选择 CSV 文件', otherFile: '换一个文件', checking: '正在检查 {{name}}…', checked: '{{name}}：共 {{rows}} 行', tooBig: '文件超过 {{n}}，请拆分后导入。', notRead: '文件读取失败，可能已被移动或正在被其他程序使用。', willCreate: '新建', willUpdate: '已有（更新或不变）', errors: '错误', runImport: '导入 {{n}} 行', imported: '导入完成：新建 {{created}}，更新 {{updated}}，不变 {{unchanged}}。', emptyFile: '文件里没有任务。', fix: '有 {{n}} 处错误，没有导入任何任务。请改正后重新选择文件。', row: '行', field: '列', what: '问题', fileItself: '文件', headerItself: '表头',
  column: {
    task_key: '任务编号，唯一；再次导入时按它识别', customer_code: '客户编号', customer_name: '客户姓名', number: '电话号码', language: '语言，如 zh-CN、en；空为普通话', kind: '客户类型：investor、equipment_operator、furniture_buyer、advertiser、other',
    program_code: '项目代码：{{codes}}', assignee_login: '坐席账号，可空', due_at: '截止，如 2026-11-24 或 2026-11-24 15:00', purpose: '事由，可空',
  },
  wrong: {
    required: '必填', missing: '缺少此列', noColumn: '没有这一列', columnTwice: '此列重复', noHeader: '没有表头', encoding: '编码既不是 UTF-8 也不是 GB 18030', length: '须为 1 至 {{n}} 字节', tooLong: '最多 {{n}} 字节', tooShort: '至少 {{n}} 个字符', rows: '最多 {{n}} 行', unreadable: '第 {{n}} 行格式有误，无法读取', twice: '与第 {{n}} 行相同',
    program: '没有这个项目', customer: '没有这个客户', user: '没有这个用户', agent: '不是在职坐席', date: '日期须如 2026-11-24 或 2026-11-24 15:00', time: '时间格式有误', beforeDue: '不能早于截止时间', name: '与此客户编号已有的姓名不同', kind: '没有这种客户类型', language: '语言代码有误', number: '电话号码有误', reason: '请写明改派理由',
  },
} as const;
