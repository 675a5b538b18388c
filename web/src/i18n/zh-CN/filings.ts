/** 移交监管机构。 */
export const filings = {
  title: '监管移交', note: '交给监管机构的录音先备案：机构、文号、法律依据、内容。备案后才能制作封存包并移交，移交只有一次，全程记入日志（S-03）。', list: '备案', none: '还没有备案。',
  authority: '机构', reference: '文号', basis: '法律依据', recordings: '录音数', ids: '录音编号（每行一个）', drafted: '起草', state: '状态', pack: '封存包', next: '下一步',
  draft: '起草备案', save: '保存草稿', file: '备案', hand: '登记移交', handMeans: '封存包由命令 huifang export --filing 制作时会自动登记。只有在其他地方交付时才在此登记。', takenBy: '接收人', hash: '封存包 pack.json 的 SHA-256', taken: '{{name}} 接收', command: '制作封存包的命令', wanted: '必填', badHash: '64 位十六进制', ofRecording: '移交监管',
} as const;
