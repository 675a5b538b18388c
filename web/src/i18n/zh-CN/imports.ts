/** 导入和每周报送。 */
export const imports = {
  title: '导入', note: '把各部门报送的客户、合同、设备、交付和事件表格（CSV 或 XLSX）导入系统：先核对，再导入；按编号识别，重复导入不会重复；未被使用前可以撤销（C-22）。', empty: '还没有导入过文件。', noMatch: '没有符合条件的导入。', take: '导入文件', takeMeans: '选择内容和文件。系统先读取并核对，确认之前不改动任何数据。',
  what: '内容', kinds: '一次性文件', forWeek: '作为 {{day}} 这一周的报送。', choose: '选择文件', kind: '内容', state: '状态', file: '文件', at: '上传', rows: '行数', created: '新增', changed: '更改', wrong: '有误', weekOf: '{{day}} 的一周',
  format: '读取方式', feed: '每周报送', applied: '导入', undone: '撤销', nRows: '共 {{n}} 行', nCreated: '新增 {{n}}', nChanged: '更改 {{n}}', nUnchanged: '无变化 {{n}}', nWrong: '有误 {{n}}',
  applyAll: '全部导入（{{n}} 行）', applyRight: '只导入正确的 {{n}} 行', undo: '撤销导入', undoMeans: '新增的内容移除，更改的内容恢复原样。已经有人据此拨打、登记或又作修改的，不能撤销。', reason: '撤销理由',
  problems: '有误的内容', line: '行', column: '列', value: '内容', problem: '问题', noColumn: '（缺少：{{field}}）', firstProblems: '只列出前 {{n}} 处。', columns: '各列含义', none: '不导入', nth: '第 {{n}} 列', checkAgain: '按所选列重新核对', preview: '前几行的理解', does: '将要',
} as const;

export const feeds = {
  title: '每周报送', note: '约定各部门每周报送的文件；到期未报的在此提示、计数并记入审计（C-22），每周交付据此逐户回访（C-08）。', empty: '还没有约定每周报送。', new: '新增报送', change: '修改报送 {{name}}', name: '名称', department: '报送部门', weekday: '报送日', weekdayMeans: '当天结束前报送；遇休息日顺延到下一个工作日。', due: '本周期限', last: '最近一次', never: '未报送过', stands: '本周',
  came: '已报送', waits: '待报送', missed: '缺 {{n}} 周', ended: '不再报送', expected: '需要报送', missing: '有报送逾期未到', weeks: '缺 {{days}} 的一周',
} as const;
