/** 客户同意与分组。 */
export const consent = {
  menu: '同意与分组…', title: '{{name}}：同意与分组', none: '没有登记过同意。', add: '登记同意', purpose: '用途', proof: '凭证', ref: '凭证所在（合同号、录音编号等）', from: '自', fromMeans: '不填：从现在起', until: '至（含当日）', untilMeans: '不填：长期有效', noEnd: '长期', withdraw: '撤回', withdrawn: '撤回于', reason: '客户怎么说的', groups: '客户分组', groupsMean: '项目可以按分组规定可拨时段。',
} as const;
