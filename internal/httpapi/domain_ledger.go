package httpapi

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/internal/problem"
	"huifang/internal/sheet"
)

// ledgerPort is package callback behind the port of the ledger.
type ledgerPort struct {
	svc  *callback.Service
	site Site
}

func (p ledgerPort) query(q LedgerQuery) (callback.LedgerQuery, error) {
	out := callback.LedgerQuery{From: q.From, To: q.To, Number: q.Number, Text: q.Text, Disposition: callback.Disposition(q.Disposition), ScoreBelow: q.ScoreBelow, Review: q.Review, Project: q.Project, Model: q.Model}
	var err error
	if out.AgentID, err = optionalID("query.agent_id", q.AgentID); err != nil {
		return out, err
	}
	for _, d := range []struct {
		at, text string
		to       *calendar.Date
	}{{"query.commissioned_from", q.CommissionedFrom, &out.Commissioned.From}, {"query.commissioned_until", q.CommissionedUntil, &out.Commissioned.Until}} {
		if d.text != "" {
			if *d.to, err = calendar.ParseDate(d.text); err != nil {
				return out, problem.BadField(d.at, "must be a day such as 2026-11-24")
			}
		}
	}
	out.ProgramID, err = optionalID("query.program_id", q.ProgramID)
	return out, err
}

func (p ledgerPort) List(ctx context.Context, who access.Principal, in LedgerQuery, page Page) (LedgerPage, error) {
	q, err := p.query(in)
	if err != nil {
		return LedgerPage{}, err
	}
	if q.Before.At, q.Before.ID, err = parseCursor(page.Cursor); err != nil {
		return LedgerPage{}, err
	}
	q.Limit = page.Limit
	out, err := p.svc.Ledger(ctx, who, q)
	return LedgerPage{Records: mapped(out.Rows, p.row), NextCursor: cursor(out.Next.At, out.Next.ID)}, err
}

func (p ledgerPort) row(l callback.LedgerRow) LedgerRow {
	r := l.Record
	out := LedgerRow{ID: r.ID, Number: r.Number, CallID: r.CallID, RecordingID: idOrNull(r.RecordingID), FinishedAt: at(r.FinishedAt), ContactedAt: at(r.ContactedAt),
		Customer: Ref{ID: r.CustomerID, Name: r.CustomerName}, CustomerCode: l.CustomerCode, Agent: Ref{ID: r.AgentID, Name: r.AgentName}, ProgramCode: l.ProgramCode, ProgramZH: l.ProgramNames.Chinese, ProgramEN: l.ProgramNames.English,
		Method: r.Method, Disposition: string(r.Disposition), Outcome: string(l.Outcome), TalkSeconds: l.TalkSeconds, Content: r.Content, Problems: r.Problems, Handling: r.Handling, Deviation: r.Deviation,
		Score: r.Score, Version: max(1, r.Version), Dissatisfied: List[string](r.Dissatisfied), Slips: List[string](l.Slips),
		Plant: Plant{ContractKey: l.Plant.ContractKey, EquipmentKey: l.Plant.EquipmentKey, Project: l.Plant.Project, Model: l.Plant.Model, Quantity: l.Plant.Quantity, AmountCents: l.Plant.AmountCents,
			ShippedOn: day(l.Plant.ShippedOn), CommissionedOn: day(l.Plant.CommissionedOn), Responsible: l.Plant.Responsible, ResponsiblePhone: l.Plant.ResponsiblePhone,
			SiteContact: l.Plant.SiteContact, SitePhone: l.Plant.SitePhone, Others: l.Plant.Others}}
	if l.Department.ID != uuid.Nil {
		d := departmentOf(l.Department)
		out.Department = orNull(&d)
	}
	if l.Review != nil {
		v := reviewOf(*l.Review)
		out.Review = orNull(&v)
	}
	return out
}

func (p ledgerPort) Reviews(ctx context.Context, who access.Principal, id ID) (Reviews, error) {
	rs, err := p.svc.Reviews(ctx, who, id)
	return Reviews{Reviews: mapped(rs, reviewOf)}, err
}

func (p ledgerPort) Review(ctx context.Context, who access.Principal, id ID, in ReviewInput) (Review, error) {
	r, err := p.svc.Review(ctx, who, id, callback.Verdict(in.Verdict), in.Opinion)
	return reviewOf(r), err
}

func reviewOf(r callback.Review) Review {
	return Review{ID: r.ID, By: Ref{ID: r.ReviewerID, Name: r.ReviewerName}, At: at(r.At), Verdict: string(r.Verdict), Opinion: r.Opinion}
}

// words of the sheet, in Chinese and English.
type both [2]string

func ledgerColumns() []struct {
	both
	width float64
} {
	return []struct {
		both
		width float64
	}{
		{both{"记录编号", "Number"}, 17}, {both{"回访时间", "Contacted"}, 17}, {both{"客户编号", "Customer code"}, 14}, {both{"客户", "Customer"}, 14}, {both{"项目", "Program"}, 20},
		{both{"方式", "Method"}, 9}, {both{"坐席", "Agent"}, 12}, {both{"分支机构", "Branch"}, 16}, {both{"部门", "Department"}, 16}, {both{"结果", "Result"}, 14}, {both{"通话秒数", "Talk (s)"}, 9},
		{both{"回访内容", "What was said"}, 44}, {both{"发现的问题", "Problems"}, 32}, {both{"处理情况", "Handling"}, 32}, {both{"与话术的出入", "Deviation"}, 20}, {both{"得分", "Score"}, 7},
		{both{"不满意项", "Dissatisfied with"}, 20}, {both{"反馈单", "Slips"}, 18}, {both{"审阅", "Review"}, 10}, {both{"审阅人", "Reviewer"}, 12}, {both{"审阅时间", "Reviewed"}, 17}, {both{"审阅意见", "Opinion"}, 32}, {both{"录音", "Recording"}, 38}, {both{"完成时间", "Finished"}, 17},
		{both{"合同编号", "Contract"}, 16}, {both{"设备编号", "Equipment"}, 16}, {both{"工程项目", "Project"}, 24}, {both{"产品型号", "Model"}, 18}, {both{"数量", "Quantity"}, 8}, {both{"金额（元）", "Amount (CNY)"}, 14},
		{both{"发货日期", "Shipped"}, 12}, {both{"投运日期", "Commissioned"}, 12}, {both{"负责人", "Responsible person"}, 14}, {both{"负责人电话", "Their phone"}, 16}, {both{"现场联系人", "Site contact"}, 14}, {both{"现场电话", "Site phone"}, 16},
	}
}

func dispositionWords() map[callback.Disposition]both {
	return map[callback.Disposition]both{
		callback.DispositionCompleted: {"回访完成", "Completed"}, callback.DispositionNotConvenient: {"不方便，另约", "Not convenient now"}, callback.DispositionWrongPerson: {"非本人接听", "Wrong person"},
		callback.DispositionVoiceAssistant: {"语音助手", "Voice assistant"}, callback.DispositionRefused: {"客户拒绝", "Customer declined"}, callback.DispositionNoContact: {"未联系上", "No contact"},
		callback.DispositionWrongNumber: {"号码错误", "Wrong number"}, callback.DispositionOther: {"其他", "Other"},
	}
}

// Sheet gives the ledger as a workbook, with times in the site's zone.
func (p ledgerPort) Sheet(ctx context.Context, who access.Principal, in LedgerQuery, language string) (io.WriterTo, error) {
	q, err := p.query(in)
	if err != nil {
		return nil, err
	}
	rows, err := p.svc.LedgerSheet(ctx, who, q)
	if err != nil {
		return nil, err
	}
	n := 0
	if language == callback.LanguageEnglish {
		n = 1
	}
	zone, err := time.LoadLocation(p.site.TimeZone)
	if err != nil {
		return nil, err
	}
	columns := ledgerColumns()
	titles := make([]sheet.Column, len(columns))
	for i, c := range columns {
		titles[i] = sheet.Column{Title: c.both[n], Width: c.width}
	}
	w, err := sheet.New(both{"回访台账", "Ledger"}[n], titles)
	if err != nil {
		return nil, err
	}
	results, methods := dispositionWords(), map[string]both{"telephone": {"电话", "Telephone"}, "visit": {"上门", "Visit"}, "letter": {"信函", "Letter"}, "email": {"邮件", "E-mail"}, "sms": {"短信", "SMS"}}
	verdicts := map[callback.Verdict]both{callback.VerdictAgreed: {"同意", "Agreed"}, callback.VerdictRemarked: {"有意见", "Remarked"}}
	for _, l := range rows {
		r, v := l.Record, callback.Review{}
		if l.Review != nil {
			v = *l.Review
		}
		err := w.Row(r.Number, r.ContactedAt.In(zone), l.CustomerCode, r.CustomerName, l.ProgramNames.In(language), methods[r.Method][n], r.AgentName, l.Department.BranchName, l.Department.Name,
			results[r.Disposition][n], l.TalkSeconds, r.Content, r.Problems, r.Handling, r.Deviation, r.Score, strings.Join(r.Dissatisfied, ", "), strings.Join(l.Slips, ", "),
			verdicts[v.Verdict][n], v.ReviewerName, v.At.In(zone), v.Opinion, idText(r.RecordingID), r.FinishedAt.In(zone),
			l.Plant.ContractKey, l.Plant.EquipmentKey, l.Plant.Project, l.Plant.Model, nonZero(l.Plant.Quantity), amountCell(l.Plant.AmountCents), day(l.Plant.ShippedOn), day(l.Plant.CommissionedOn),
			l.Plant.Responsible, l.Plant.ResponsiblePhone, l.Plant.SiteContact, l.Plant.SitePhone)
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

// amountCell is an amount as a sheet adds it up; nothing for none.
func amountCell(cents int64) any {
	if cents == 0 {
		return nil
	}
	return float64(cents) / 100
}

func idText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}
