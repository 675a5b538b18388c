/** 上门回访。 */
export const visits = {
  title: '上门回访', tab: '上门', none: '这个任务还没有上门记录。', start: '填写上门记录', goOn: '继续填写', back: '返回工作台', loading: '正在打开', suggested_duty: '按回访规则，这个任务应上门回访。', suggested_large_contract: '该客户合同金额达到三百万元，应上门回访（C-11）。', suggested_wish: '客户希望上门联系（C-14）。',
  at: '到访时间', place: '地点', met: '会见人', content: '内容', problems: '发现的问题', handling: '处理情况', none_hint: '没有的写“无”。', questions: '问卷', answers: '回答', signature: '客户签名', sign: '请客户在框内签名', clear: '重签', signedName: '签名人', unsigned: '客户未签名', unsignedReason: '未签名的原因', asSigned: '客户的签名',
  photos: '照片', photosLater: '先保存草稿，再添加照片。', draft: '保存草稿', draftSaved: '草稿已保存', finish: '完成并办结任务', finished: '上门记录已完成', number: '编号', agent: '记录人', score: '得分', of: '{{name}}的上门记录', needed: '必填', signedPoints: '已签名', answersMissing: '问卷有必答题未答或回答有误。', signatureMissing: '请客户签名，或注明未签名的原因。', timeWrong: '到访时间必填，且不能晚于现在。',
} as const;
