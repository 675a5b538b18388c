package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/switchboard"
)

// Behaviours are the sample customers of the simulated carrier: the last four
// digits of the number choose what it does (docs/carrier-sim.md).
func behaviours() []struct{ code, name, tail, language, purpose string } {
	return []struct{ code, name, tail, language, purpose string }{
		{"talk", "王小明", "00030000", "zh-CN", "三声后接听并说话 rings 3 s, answers and talks"},
		{"now", "刘洋", "00000001", "zh-CN", "立即接听 answers at once"},
		{"never", "陈晨", "00000003", "zh-CN", "一直不接 never answers"},
		{"busy", "杨帆", "00000004", "zh-CN", "占线 busy"},
		{"decline", "黄蕾", "00000005", "zh-CN", "拒接 declines"},
		{"off", "周涛", "00000006", "zh-CN", "关机提示 powered off announcement"},
		{"unallocated", "吴迪", "00000007", "zh-CN", "空号 unallocated number"},
		{"crossing", "徐静", "00000008", "zh-CN", "取消时接听 answers just as it is cancelled"},
		{"hangup", "孙浩", "00150009", "zh-CN", "15 秒后挂断 hangs up after 15 s"},
		{"silent", "马超", "00000010", "zh-CN", "接听后没有声音 sends no RTP"},
		{"jitter", "朱琳", "00000011", "zh-CN", "抖动 jittered RTP"},
		{"lossy", "胡军", "00000012", "zh-CN", "丢包 lossy RTP"},
		{"english", "Emily Clark", "00050000", "en", "prefers English"},
		{"digest", "郭敏", "00000014", "zh-CN", "需要鉴权 digest challenge"},
		{"early", "何雪", "00000018", "zh-CN", "早期媒体回铃 ringback in early media"},
	}
}

// carrier gives every agent of the service department a task for each
// behaviour, and makes new ones for those that are done.
func (s Services) carrier(ctx context.Context, boss access.Principal) error {
	day := s.Clock().In(s.Zone)
	due := time.Date(day.Year(), day.Month(), day.Day(), 18, 0, 0, 0, s.Zone)
	var rows [][]string
	for i, agent := range []string{"lihua", "wangfang", "anna", "zhaolei"} {
		for _, b := range behaviours() {
			code := fmt.Sprintf("SIM-%s-%d", b.code, i+1)
			// 13 and two digits for the agent, then the eight that choose.
			number := fmt.Sprintf("13%d%s", 6+i%4, b.tail)
			rows = append(rows, []string{"demo-" + code + day.Format("-20060102"), code, b.name, number, b.language, "furniture_buyer", ProgramCode, agent,
				due.UTC().Format(time.RFC3339), b.purpose})
		}
	}
	return s.importRows(ctx, boss, rows)
}

// mass makes a few hundred customers with call-backs spread over the weeks.
func (s Services) mass(ctx context.Context, boss access.Principal) error {
	family := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜")
	given := []string{"伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰", "涛", "明", "超", "秀英", "霞", "平", "刚", "桂英", "文博", "子涵"}
	kinds := []string{"investor", "equipment_operator", "furniture_buyer", "advertiser"}
	programs := []string{"new-contract", "trial-run", "delivery", "yearly"}
	agents := []string{"lihua", "wangfang", "anna"}
	now := s.Clock()
	var rows [][]string
	for i := range 240 {
		name := string(family[i%len(family)]) + given[(i*7)%len(given)]
		due := now.AddDate(0, 0, i%28)
		rows = append(rows, []string{fmt.Sprintf("demo-mass-%03d", i), fmt.Sprintf("C%05d", 10000+i), name, fmt.Sprintf("1390%03d0000", i), "zh-CN",
			kinds[i%4], programs[i%4], agents[i%3], due.UTC().Format(time.RFC3339), "例行回访 routine call-back"})
	}
	return s.importRows(ctx, boss, rows)
}

// special makes the cases in which a rule speaks.
func (s Services) special(ctx context.Context, boss access.Principal) error {
	now := s.Clock()
	row := func(code, name, number, kind, program string, due time.Time, purpose string) []string {
		return []string{"demo-" + code, code, name, number, "zh-CN", kind, program, "lihua", due.UTC().Format(time.RFC3339), purpose}
	}
	err := s.importRows(ctx, boss, [][]string{
		row("S-overdue", "冯丽", "13500030000", "investor", ProgramCode, now.AddDate(0, 0, -3), "已超期 overdue"),
		row("S-dnc", "褚强", "13500040000", "advertiser", ProgramCode, now, "不愿接电话 does not want calls"),
		row("S-own", "卫国", "13500050000", "investor", ProgramCode, now, "坐席本人的客户 the agent's own customer"),
		row("S-gov", "市政府采购办", "13500060000", "equipment_operator", "trial-run", now, "政府客户，时段更窄 government: narrower windows"),
		row("S-window", "蒋敏", "13500070000", "furniture_buyer", "delivery", now, "只在规定时段 only in the permitted windows"),
		row("S-appointment", "沈悦", "13500080000", "furniture_buyer", "delivery", now, "客户约定时间 appointment"),
		row("S-second", "韩雪", "13500090000", "investor", ProgramCode, now, "第二次拨打 second attempt"),
		row("S-third", "杨柳", "13500100000", "investor", ProgramCode, now, "第三次拨打 third attempt"),
	})
	if err != nil {
		return err
	}
	yes, channel := true, customer.DoNotCall{Reason: "客户要求改用短信 prefers SMS", Channel: "sms"}
	lihua, _, err := s.Store.UserByLogin(ctx, "lihua")
	if err != nil {
		return err
	}
	for code, patch := range map[string]customer.Patch{
		"S-dnc": {DoNotCall: &channel}, "S-own": {AdviserID: &lihua.ID}, "S-gov": {Government: &yes},
	} {
		c, err := s.find(ctx, code)
		if err != nil {
			return err
		}
		if _, err := s.Customers.Change(ctx, boss, c.ID, patch); err != nil {
			return fmt.Errorf("make sample customer %s: %w", code, err)
		}
	}
	if err := s.appointment(ctx, boss, "S-appointment", now.Add(2*time.Minute)); err != nil {
		return err
	}
	if err := s.complaint(ctx, boss, lihua.ID); err != nil {
		return err
	}
	if err := s.history(ctx, lihua.ID, "S-second", 1); err != nil {
		return err
	}
	return s.history(ctx, lihua.ID, "S-third", 2)
}

func (s Services) appointment(ctx context.Context, boss access.Principal, code string, at time.Time) error {
	c, err := s.find(ctx, code)
	if err != nil {
		return err
	}
	v, err := s.taskOf(ctx, c.ID)
	if err != nil {
		return err
	}
	_, err = s.Callback.SetAppointment(ctx, boss, v.Task.ID, at, "客户上次约定 agreed last time")
	return err
}

func (s Services) complaint(ctx context.Context, boss access.Principal, agent uuid.UUID) error {
	c, err := s.Customers.Create(ctx, boss, customer.Customer{Code: "S-complaint", Name: "朱红", Kind: "furniture_buyer", Salutation: "女士"},
		[]customer.NewContact{{Number: "13500020000"}})
	if err != nil {
		return err
	}
	programs, err := s.Callback.Programs(ctx)
	if err != nil {
		return err
	}
	for _, p := range programs {
		if p.Code == ProgramCode {
			_, err = s.Callback.Create(ctx, boss, callback.NewTask{CustomerID: c.ID, ProgramID: p.ID, AssigneeID: agent, Complaint: true,
				Purpose: "投诉已处理，请回访 complaint settled", DueAt: s.Clock(), HardDueAt: s.Clock().AddDate(0, 0, 5)})
		}
	}
	return err
}

// history gives a task failed attempts of the days before, as the ledger would
// hold them. There was no call, so there is no recording: it is shown as failed
// with that reason, not as one that exists.
func (s Services) history(ctx context.Context, agent uuid.UUID, code string, attempts int) error {
	c, err := s.find(ctx, code)
	if err != nil {
		return err
	}
	v, err := s.taskOf(ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range attempts {
		day := s.Clock().In(s.Zone).AddDate(0, 0, i-attempts)
		at := time.Date(day.Year(), day.Month(), day.Day(), 9+7*i, 10, 0, 0, s.Zone)
		if err := s.pastAttempt(ctx, agent, v, at); err != nil {
			return fmt.Errorf("make history of %s: %w", code, err)
		}
	}
	return nil
}

func (s Services) pastAttempt(ctx context.Context, agent uuid.UUID, v callback.TaskView, at time.Time) error {
	callID, recordingID, attemptID := uuid.New(), uuid.New(), uuid.New()
	window := "00:00-12:00"
	if at.Hour() >= 12 {
		window = "12:00-24:00"
	}
	ended := at.Add(48 * time.Second)
	steps := []func() error{
		func() error {
			return s.Store.OpenCall(ctx, switchboard.NewCall{CallID: callID, RecordingID: recordingID, TaskID: v.Task.ID, CustomerID: v.Customer.ID,
				ContactPointID: v.Customer.ContactPoints[0].ID, AgentID: agent, Instance: "sample", At: at})
		},
		func() error {
			return s.Store.OpenAttempt(ctx, switchboard.NewAttempt{AttemptID: attemptID, CallID: callID, TaskID: v.Task.ID, Ordinal: 1, Trunk: "sample",
				CallerID: "4000000000", Number: v.Customer.ContactPoints[0].Number.Reveal(), SlotDate: calendar.DateOf(at).UTC(), SlotWindow: window, At: at})
		},
		func() error {
			return s.Store.CloseAttempt(ctx, switchboard.Verdict{AttemptID: attemptID, CallID: callID, TaskID: v.Task.ID, FirstResponseAt: at.Add(time.Second),
				RingingAt: at.Add(2 * time.Second), RingingSignal: call.Signal180, EndedAt: ended, EndedBy: call.PartySystem, SIPCode: 487,
				SIPReason: "Request Terminated", Outcome: call.OutcomeNoAnswer, RingMs: 45000, RingOK: true, Counted: true, LastOfCall: true})
		},
		func() error {
			return s.Store.EndCall(ctx, switchboard.Ending{CallID: callID, TaskID: v.Task.ID, At: ended, Outcome: call.OutcomeNoAnswer,
				EndedBy: call.PartySystem})
		},
		func() error { return s.Store.Failed(ctx, recordingID, "sample data: there was no call to record") },
		func() error {
			who := access.Principal{User: access.User{ID: agent, Roles: []access.Role{access.RoleAgent}}}
			_, err := s.Callback.SaveRecord(ctx, who, callID, callback.RecordInput{Final: true, Disposition: callback.DispositionNoContact,
				Content: "无人接听 no answer", Problems: "无 none", Handling: "改时段再拨 call again in another window"})
			return err
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return s.Store.AppendEvent(ctx, audit.Event{At: s.Clock(), Action: "sample.attempt", ObjectKind: "task", ObjectID: v.Task.ID.String()})
}
