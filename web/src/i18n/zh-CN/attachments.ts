/** 附件。 */
export const attachments = {
  title: '附件', none: '没有附件。', add: '添加附件', file: '选择文件', purpose: '附件用途',
  types: 'PDF、图片、Office 文档（不含宏）、录音，每个不超过 20 MB；添加后不能修改或删除，每次下载都会记录。',
  tooLarge: '“{{name}}”超过 20 MB。', notTaken: '不接受这个文件：内容须为 PDF、图片、不含宏的 Office 文档或录音，签名和照片须为图片。',
} as const;
