package httpapi

import (
	"context"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

// callsPort is package callback, and the live calls, behind the port of calls.
type callsPort struct {
	svc     *callback.Service
	current func(agentID ID) any
}

func (p callsPort) Current(_ context.Context, who access.Principal) (any, error) {
	if p.current == nil {
		return nil, nil
	}
	return p.current(who.User.ID), nil
}

func (p callsPort) Wrapups(ctx context.Context, who access.Principal) ([]Wrapup, error) {
	list, err := p.svc.Wrapups(ctx, who)
	if err != nil {
		return nil, err
	}
	return mapped(list, wrapupOf), nil
}

func wrapupOf(w callback.Wrapup) Wrapup {
	return Wrapup{CallID: w.CallID, TaskID: w.TaskID, CustomerName: w.CustomerName, EndedAt: at(w.EndedAt), Outcome: string(w.Outcome)}
}

func (p callsPort) Get(ctx context.Context, who access.Principal, id ID) (Call, error) {
	c, err := p.svc.Call(ctx, who, id)
	return callOf(c), err
}

func (p callsPort) Record(ctx context.Context, who access.Principal, callID ID) (Record, error) {
	r, err := p.svc.Record(ctx, who, callID)
	return recordOf(r), err
}

func (p callsPort) RecordSheet(ctx context.Context, who access.Principal, callID ID, language string) (RecordSheet, error) {
	r, err := p.svc.Record(ctx, who, callID)
	if err != nil {
		return RecordSheet{}, err
	}
	s, err := p.svc.RecordSheet(ctx, r)
	return RecordSheet{Questionnaire: questionnaireOf(s.Questionnaire, language), Form: questionnaireOf(s.Form, language)}, err
}

func (p callsPort) SaveRecord(ctx context.Context, who access.Principal, callID ID, in RecordInput) (Record, error) {
	r, err := p.svc.SaveRecord(ctx, who, callID, callback.RecordInput{
		Final: in.State == string(callback.RecordFinal), Disposition: callback.Disposition(in.Disposition),
		Content: in.Content, Problems: in.Problems, Handling: in.Handling, Answers: in.Answers, Deviation: in.Deviation,
		Fields: in.Fields, ContentKinds: zeroOr(contentKindsOf(in.ContentKinds)), QuestionnaireVersion: in.QuestionnaireVersion, FormVersion: in.FormVersion,
		AppointmentAt: zeroOr(in.AppointmentAt), Slip: slipInputOf(in.Slip),
	})
	return recordOf(r), err
}

// Live needs the lines: package backend answers in this one's place.
func (p callsPort) Live(context.Context, access.Principal) ([]LiveCall, error) {
	return nil, nil
}

// Colleagues needs the lines too.
func (p callsPort) Colleagues(context.Context, access.Principal, ID) ([]Colleague, error) {
	return nil, problem.NotFound("call")
}

func (p callsPort) Marks(ctx context.Context, who access.Principal, q MarkQuery) (MarkPage, error) {
	before, id, err := parseCursor(q.Cursor)
	if err != nil {
		return MarkPage{}, err
	}
	page, err := p.svc.Marks(ctx, who, callback.MarkQuery{
		Kind: call.MarkKind(q.Kind), ByID: q.By, From: q.From, To: q.To, Limit: q.Limit, Before: callback.MarkKey{At: before, ID: id},
	})
	if err != nil {
		return MarkPage{}, err
	}
	return MarkPage{
		Marks: mapped(page.Marks, markOf),
		Totals: mapped(page.Totals, func(t callback.MarkTotal) MarkTotal {
			return MarkTotal{By: Ref{ID: t.ByID, Name: t.ByName}, Number: t.Number, DurationMs: t.Lasting.Milliseconds()}
		}),
		NextCursor: cursor(page.Next.At, page.Next.ID),
	}, nil
}

func markOf(m callback.CallMark) CallMark {
	out := CallMark{
		ID: m.ID, CallID: m.CallID, RecordingID: m.RecordingID, Kind: string(m.Kind), By: Ref{ID: m.ByID, Name: m.ByName},
		Customer: Ref{ID: m.CustomerID, Name: m.CustomerName}, At: at(m.At), EndedAt: maybe(m.EndedAt),
		EndReason: m.EndReason, Reason: m.Reason, Note: m.Note,
	}
	if m.WithName != "" {
		out.With = orNull(&Ref{ID: m.WithID, Name: m.WithName})
	}
	if m.Offset >= 0 {
		ms := m.Offset.Milliseconds()
		out.OffsetMs = &ms
	}
	return out
}

func callOf(c callback.CallDetail) Call {
	out := Call{
		ID: c.ID, TaskID: c.TaskID, Agent: Ref{ID: c.AgentID, Name: c.AgentName}, Customer: Ref{ID: c.CustomerID, Name: c.CustomerName},
		MaskedNumber: c.Number.Masked(), ProgramCode: c.ProgramCode, Direction: c.Direction, QueuedAt: maybe(c.QueuedAt), State: c.State.String(), Outcome: string(c.Outcome), Reason: c.Reason,
		EndedBy: string(c.EndedBy), StartedAt: at(c.StartedAt), RingingAt: maybe(c.RingingAt), AnsweredAt: maybe(c.AnsweredAt),
		TalkAt: maybe(c.TalkAt), EndedAt: maybe(c.EndedAt), NoticeAt: maybe(c.NoticeAt), NoticeEndedAt: maybe(c.NoticeEndedAt),
		Attempts: mapped(c.Attempts, attemptOf), Recording: recordingRefOf(c.Recording),
		Marks: mapped(c.Marks, markOf),
		Legs:  mapped(c.Legs, callLegOf),
	}
	if c.Record != nil {
		r := recordOf(*c.Record)
		out.Record = orNull(&r)
	}
	return out
}

// attemptOf shows an attempt; N is its ordinal within the call.
func attemptOf(a callback.Attempt) Attempt {
	out := Attempt{
		ID: a.ID, CallID: a.CallID, N: a.Ordinal, Trunk: a.Trunk, DialedAt: at(a.DialedAt), FirstResponseAt: maybe(a.FirstResponseAt),
		RingingAt: maybe(a.RingingAt), RingingSignal: a.RingingSignal, Heard: mapped(a.Heard, soundOf), FirstMediaAt: maybe(a.FirstMediaAt), AnsweredAt: maybe(a.AnsweredAt),
		EndedAt: maybe(a.EndedAt), EndedBy: string(a.EndedBy), SIPCode: nonZero(a.SIPCode), SIPReason: a.SIPReason, Q850Cause: nonZero(a.Q850Cause),
		Outcome: string(a.Outcome), Reason: a.Reason, Counted: a.Counted, SlotDate: a.Slot.Date.String(), SlotWindow: a.Slot.Window,
		OverrideReason: a.OverrideReason, Recording: recordingRefOf(a.Recording),
	}
	if !a.EndedAt.IsZero() {
		out.RingMs, out.RingOK = &a.RingMs, &a.RingOK
	}
	return out
}

func soundOf(h call.Heard) Sound { return Sound{Sound: string(h.Sound), From: at(h.From)} }

func recordOf(r callback.Record) Record {
	return Record{
		ID: idOrNull(r.ID), CallID: r.CallID, TaskID: r.TaskID, RecordingID: idOrNull(r.RecordingID), ContactedAt: at(r.ContactedAt),
		AgentName: r.AgentName, CustomerName: r.CustomerName, Method: r.Method, Disposition: string(r.Disposition),
		Content: r.Content, Problems: r.Problems, Handling: r.Handling, Answers: r.Answers, Deviation: r.Deviation,
		Number: r.Number, Score: r.Score, RedFlags: List[string](r.RedFlags),
		Fields: r.Fields, ContentKinds: words(r.ContentKinds), QuestionnaireVersion: r.QuestionnaireVersion, FormVersion: r.FormVersion, Version: max(1, r.Version), State: string(r.State), FinishedAt: maybe(r.FinishedAt),
	}
}

func callLegOf(l callback.CallLeg) CallLeg {
	out := CallLeg{Leg: l.Leg, Received: l.Received, Lost: l.Lost, Late: l.Late, Sent: l.Sent, Loss: l.Loss, JitterMs: l.JitterMs, JitterMaxMs: l.JitterMaxMs,
		RTTMs: l.RTTMs, RTTMaxMs: l.RTTMaxMs, FarLoss: l.FarLoss, MOS: l.MOS, UnheardMs: l.UnheardMs}
	if b := l.Browser; b != nil {
		out.Browser = orNull(&BrowserQuality{Received: b.Received, Lost: b.Lost, Concealed: b.Concealed, SilentConcealed: b.SilentConcealed, Samples: b.Samples,
			JitterMs: b.JitterMs, RTTMs: b.RTTMs})
	}
	return out
}
