package evidence

import "strings"

// words are a name in both languages.
type words struct{ ZH, EN string }

// titleOf names a kind of fact; of one that has no words, the kind itself.
func titleOf(kind string) words {
	name, _, _ := strings.Cut(kind, ".")
	if w, ok := kindWords[name]; ok {
		return w
	}
	return words{kind, ""}
}

var kindWords = map[string]words{
	"call_opened": {"通话开始", "Call began"}, "call": {"通话结束", "Call ended"}, "attempt": {"拨打", "Dial"}, "recording": {"录音封存", "Recording sealed"},
	"object": {"录音入库并锁定", "Recording stored and locked"}, "record": {"回访小结", "Record of the call-back"}, "mark": {"标记", "Mark"},
	"import": {"导入其他线路录音", "Taken in from another line"}, "access": {"访问录音", "Access to the recording"}, "event": {"审计日志", "Audit log"}, "key": {"签名公钥", "Signing key"},
}

// columnWords are the columns that people look for, in the order in which they read them.
var columnWords = []struct {
	name string
	words
}{
	{"number", words{"号码 / 编号", "Number"}}, {"action", words{"动作", "Action"}}, {"kind", words{"类型", "Kind"}}, {"direction", words{"方向", "Way"}}, {"outcome", words{"结果", "Outcome"}},
	{"started_at", words{"开始", "Began"}}, {"dialed_at", words{"拨出", "Dialled"}}, {"first_response_at", words{"首个响应", "First answer of the network"}},
	{"ringing_at", words{"振铃", "Ringing"}}, {"first_media_at", words{"首个媒体", "First media"}}, {"answered_at", words{"应答", "Answered"}}, {"talk_at", words{"接通坐席", "Connected"}},
	{"notice_at", words{"录音提示", "Notice"}}, {"notice_ended_at", words{"录音提示结束", "Notice ended"}}, {"ended_at", words{"结束", "Ended"}}, {"ended_by", words{"结束方", "Ended by"}},
	{"ring_ms", words{"振铃时长（毫秒）", "Ring (ms)"}}, {"ring_ok", words{"振铃达标", "Rang long enough"}}, {"sip_code", words{"SIP 代码", "SIP code"}}, {"q850_cause", words{"Q.850 原因", "Q.850 cause"}},
	{"trunk", words{"线路", "Trunk"}}, {"caller_id", words{"主叫号码", "Caller id"}}, {"reason", words{"原因", "Reason"}}, {"note", words{"备注", "Note"}},
	{"contacted_at", words{"联系时间", "Contacted"}}, {"method", words{"方式", "Method"}}, {"disposition", words{"处置", "Disposition"}}, {"content", words{"回访内容", "Content"}},
	{"problems", words{"问题", "Problems"}}, {"handling", words{"处理", "Handling"}}, {"answers", words{"答卷", "Answers"}}, {"score", words{"得分", "Score"}},
	{"dissatisfied", words{"不满意项", "Dissatisfied with"}}, {"red_flags", words{"异常项", "Red flags"}}, {"deviation", words{"偏离话术", "Deviation from the script"}}, {"finished_at", words{"完成", "Finished"}},
	{"at", words{"时间", "At"}}, {"channel", words{"声道", "Channel"}}, {"from_ms", words{"自（毫秒）", "From (ms)"}}, {"to_ms", words{"至（毫秒）", "To (ms)"}}, {"user_id", words{"人员", "Person"}}, {"actor_id", words{"人员", "Person"}},
	{"duration_ms", words{"时长（毫秒）", "Length (ms)"}}, {"sha256", words{"SHA-256", ""}}, {"bytes", words{"字节数", "Bytes"}}, {"interrupted", words{"中断", "Interrupted"}},
	{"empty_left", words{"我方无声", "Our side is empty"}}, {"empty_right", words{"客户无声", "The customer's side is empty"}}, {"retain_until", words{"保管至", "Kept until"}}, {"lock_mode", words{"锁定方式", "Lock"}}, {"stored_at", words{"入库", "Stored"}},
	{"source", words{"来源", "Source"}}, {"detail", words{"详情", "Detail"}}, {"facts", words{"录音器记录", "Of the recorder"}},
}

// nameOf names a column; one that has no words has its own name.
func nameOf(column string) words {
	if i := place(column); i < len(columnWords) {
		return columnWords[i].words
	}
	return words{column, ""}
}

func place(column string) int {
	for i, c := range columnWords {
		if c.name == column {
			return i
		}
	}
	return len(columnWords)
}
