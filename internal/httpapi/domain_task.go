package httpapi

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
)

// tasksPort is package callback behind the port of tasks.
type tasksPort struct{ svc *callback.Service }

func (p tasksPort) List(ctx context.Context, who access.Principal, q TaskQuery) (TaskPage, error) {
	due, id, err := parseCursor(q.Cursor)
	if err != nil {
		return TaskPage{}, err
	}
	d, err := p.svc.Desk(ctx, who, callback.DeskQuery{
		All: q.All, AssigneeID: q.Assignee, State: callback.TaskState(q.State), Text: q.Text, Limit: q.Limit,
		After: callback.TaskCursor{DueAt: due, ID: id},
	})
	if err != nil {
		return TaskPage{}, err
	}
	return TaskPage{
		Tasks: mapped(d.Rows, taskRowOf), Counts: TaskCounts(d.Counts), Now: at(d.Now),
		NextCursor: cursor(d.Next.DueAt, d.Next.ID),
	}, nil
}

func (p tasksPort) Get(ctx context.Context, who access.Principal, id ID, language string) (Task, error) {
	d, err := p.svc.Detail(ctx, who, id, language)
	return taskOf(d, language), err
}

func (p tasksPort) Gate(ctx context.Context, who access.Principal, id, contactPoint ID) (Decision, error) {
	d, err := p.svc.Gate(ctx, who, id, contactPoint)
	return decisionOf(d), err
}

func (p tasksPort) Create(ctx context.Context, who access.Principal, in NewTask) (Task, error) {
	return detailed(p.svc.Create(ctx, who, callback.NewTask{
		CustomerID: in.CustomerID, ProgramID: in.ProgramID, AssigneeID: zeroOr(in.AssigneeID), Purpose: in.Purpose,
		DueAt: in.DueAt, HardDueAt: zeroOr(in.HardDueAt), Complaint: in.Complaint,
	}))
}

func (p tasksPort) Import(ctx context.Context, who access.Principal, csv io.Reader, preview bool) (ImportReport, error) {
	r, err := p.svc.Import(ctx, who, csv, preview)
	return ImportReport{
		Rows: r.Rows, Created: r.Created, Updated: r.Updated, Unchanged: r.Unchanged,
		Errors: mapped(r.Errors, func(e callback.RowError) ImportError { return ImportError(e) }),
	}, err
}

func (p tasksPort) SetAppointment(ctx context.Context, who access.Principal, id ID, in *Appointment) (Task, error) {
	if in == nil {
		return detailed(p.svc.ClearAppointment(ctx, who, id))
	}
	return detailed(p.svc.SetAppointment(ctx, who, id, in.At, in.Note))
}

func (p tasksPort) Close(ctx context.Context, who access.Principal, id ID, in CloseTask) (Task, error) {
	return detailed(p.svc.Close(ctx, who, id, callback.Closing{As: callback.TaskState(in.As), Reason: in.Reason}))
}

func (p tasksPort) Assign(ctx context.Context, who access.Principal, id ID, in AssignTask) (Task, error) {
	return detailed(p.svc.Assign(ctx, who, id, in.AssigneeID, in.Reason))
}

func (p tasksPort) Programs(ctx context.Context) ([]Program, error) {
	list, err := p.svc.Programs(ctx)
	if err != nil {
		return nil, err
	}
	return mapped(list, programOf), nil
}

func (p tasksPort) ChangeProgram(ctx context.Context, who access.Principal, id ID, in ProgramPatch) (Program, error) {
	span := func(ms *int) *time.Duration {
		if ms == nil {
			return nil
		}
		d := time.Duration(*ms) * time.Millisecond
		return &d
	}
	changed, err := p.svc.ChangeProgram(ctx, who, id, callback.ProgramChange{
		PauseLongest: span(in.PauseLongestMs), PauseNumber: in.PauseNumber, PauseTotal: span(in.PauseTotalMs), ShowMonitoring: in.ShowMonitoring, CallerIDs: in.CallerIDs,
		RetentionYears: in.RetentionYears, RetentionMaxYears: in.RetentionMaxYears, RetentionBasis: (*callback.RetentionBasis)(in.RetentionBasis),
		QuestionnaireID: in.QuestionnaireID, ScriptID: in.ScriptID, FormID: formOf(in.FormID), ContentKinds: contentKindsOf(in.ContentKinds),
	})
	if err != nil {
		return Program{}, err
	}
	return programOf(changed), nil
}

func programOf(p callback.Program) Program {
	hours := func(w callback.Windows) List[string] {
		return mapped(w.Default, callback.Range.String)
	}
	return Program{
		ID: p.ID, Code: p.Code, NameZH: p.NameZH, NameEN: p.NameEN,
		MinRingMs: ms(p.MinRing), MaxRingMs: ms(p.MaxRing), MinAttempts: p.MinAttempts, AttemptSpacingMin: int(p.Spacing / time.Minute),
		RetentionYears: p.Retention.Years, RetentionMaxYears: p.Retention.MaxYears, RetentionBasis: string(p.Retention.Basis), ConfirmAgentHangup: p.ConfirmAgentHangup, RecordingNotice: p.RecordingNotice,
		Windows: hours(p.Windows), GovernmentWindows: hours(p.GovernmentWindows),
		PauseLongestMs: ms(p.Pauses.Longest), PauseNumber: p.Pauses.Number, PauseTotalMs: ms(p.Pauses.Total), ShowMonitoring: p.ShowMonitoring, CallerIDs: p.CallerIDs,
		QuestionnaireID: idOrNull(p.QuestionnaireID), ScriptID: idOrNull(p.ScriptID), FormID: idOrNull(p.FormID), ContentKinds: words(p.ContentKinds),
	}
}

// formOf reads the form of a program: the empty text takes it away.
func formOf(text *string) *uuid.UUID {
	if text == nil {
		return nil
	}
	id, _ := uuid.Parse(*text) // the pattern lets in an id or nothing
	return &id
}

func contentKindsOf(kinds *[]string) *[]callback.ContentKind {
	if kinds == nil {
		return nil
	}
	out := mapped(*kinds, func(k string) callback.ContentKind { return callback.ContentKind(k) })
	return (*[]callback.ContentKind)(&out)
}

func ms(d time.Duration) int { return int(d.Milliseconds()) }

func taskRowOf(r callback.DeskRow) TaskRow {
	c, t := r.Customer, r.Task
	row := TaskRow{
		ID: t.ID, State: string(t.State), Kind: string(r.Kind),
		Customer: TaskCustomer{ID: c.ID, Name: c.Name, Salutation: c.Salutation, Language: c.Language, DoNotCall: c.DoNotCall != nil},
		Program:  ProgramRef{ID: r.Program.ID, Code: r.Program.Code, NameZH: r.Program.NameZH, NameEN: r.Program.NameEN},
		Purpose:  t.Purpose, DueAt: at(t.DueAt), HardDueAt: maybe(t.HardDueAt), AppointmentAt: maybe(t.AppointmentAt),
		NextFrom: maybe(t.NextFrom), NextUntil: maybe(t.NextUntil), Counted: t.Counted, MinAttempts: r.Program.MinAttempts,
		Attempts: len(r.Marks), AssigneeID: idOrNull(t.AssigneeID), AssigneeName: r.AssigneeName, WrapupCallID: idOrNull(r.WrapupCallID),
		Window: CallWindow{
			AllowedNow: r.Window.AllowedNow, ClosesAt: maybe(r.Window.ClosesAt), NextAllowedAt: maybe(r.Window.NextAllowedAt),
			Reason: string(r.Window.Reason), Rule: r.Window.Rule,
		},
	}
	points := c.Dialable()
	if len(points) == 0 {
		points = c.ContactPoints
	}
	if len(points) > 0 {
		row.Customer.MaskedNumber = points[0].Number.Masked()
	}
	return row
}

// detailed gives a task in the language that ships first.
func detailed(d callback.TaskDetail, err error) (Task, error) {
	return taskOf(d, callback.LanguageChinese), err
}

func taskOf(d callback.TaskDetail, language string) Task {
	card := cardOf(d.Customer)
	card.Earlier = mapped(d.Earlier, earlierOf)
	attempts := mapped(d.Attempts, attemptOf)
	for i := range attempts {
		attempts[i].N = i + 1 // within the task
	}
	return Task{
		TaskRow: taskRowOf(d.DeskRow), CustomerCard: card,
		Script:        mapped(d.Script, func(p callback.ScriptPart) ScriptPart { return ScriptPart(p) }),
		Questionnaire: questionnaireOf(d.Questionnaire, language), Form: questionnaireOf(d.Form, language), ContentKinds: words(d.Program.ContentKinds),
		ScriptOf: ScriptSource{PaperID: idOrNull(d.Program.ScriptID), Version: d.Program.Script.Version, Variant: d.Variant},
		Attempts: attempts, Proof: proofOf(d.Proof), Gate: decisionOf(d.Decision), Calls: mapped(d.Calls, taskCallOf),
		Settings: TaskSettings{
			MinRingMs: ms(d.Program.MinRing), MaxRingMs: ms(d.Program.MaxRing),
			ConfirmAgentHangup: d.Program.ConfirmAgentHangup, RecordingNotice: d.Program.RecordingNotice, Progressive: d.Program.Progressive,
		},
		Source: string(d.Task.Source), Complaint: d.Task.Complaint, CloseReason: d.Task.CloseReason, ClosedAt: maybe(d.Task.ClosedAt),
	}
}

func proofOf(p callback.Proof) Proof {
	return Proof{Counted: p.Counted, Windows: p.Windows, Dates: p.Dates, Needed: p.Needed, Complete: p.Complete}
}

func questionnaireOf(q callback.Questionnaire, language string) Questionnaire {
	return Questionnaire{Version: q.Version, Items: mapped(q.Items, func(it callback.Item) Question {
		out := Question{
			Key: it.Key, Kind: string(it.Kind), Required: it.Required, RedFlag: len(it.RedFlagOn) > 0, RedFlagOn: List[string](it.RedFlagOn),
			Min: it.Min, Max: it.Max, Prefill: it.Prefill, Label: it.Label.In(language),
			Choices: mapped(it.Choices, func(c callback.Choice) Choice { return Choice{Key: c.Key, Label: c.Label.In(language)} }),
		}
		if c := it.AskIf; c != nil {
			out.AskIf = orNull(&Condition{Item: c.Item, Is: List[string](c.Is)})
		}
		return out
	})}
}

func decisionOf(d callback.Decision) Decision {
	out := Decision{
		Allowed: d.Allowed, ClosesAt: maybe(d.ClosesAt), NextAllowedAt: maybe(d.NextAllowedAt),
		Refusals: mapped(d.Refusals, refusalOf), Warnings: mapped(d.Warnings, refusalOf),
	}
	if d.Slot != (callback.Slot{}) {
		out.Slot = orNull(&Slot{Date: d.Slot.Date.String(), Window: d.Slot.Window})
	}
	return out
}

func refusalOf(r callback.Refusal) Refusal {
	return Refusal{Rule: r.Rule, Reason: string(r.Reason), Detail: r.Detail, Params: r.Params, AllowedAt: maybe(r.AllowedAt)}
}

func taskCallOf(c callback.CallDetail) TaskCall {
	return TaskCall{ID: c.ID, State: c.State.String(), StartedAt: at(c.StartedAt), Outcome: string(c.Outcome), Recording: recordingRefOf(c.Recording)}
}

func recordingRefOf(r callback.RecordingRef) Null[RecordingRef] {
	if r.ID == uuid.Nil {
		return Null[RecordingRef]{}
	}
	return orNull(&RecordingRef{ID: r.ID, State: r.State})
}
