package callback

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/problem"
)

// RecordInput is what an agent writes of a call.
type RecordInput struct {
	Final        bool
	Disposition  Disposition
	Content      string
	Problems     string
	Handling     string
	Answers      map[string]any
	Fields       map[string]any // what the form of the program asks for (Rule C-10)
	ContentKinds []ContentKind  // Rule C-13; nil: those of the program
	Deviation    string
	// The versions that the page shows; 0: those that hold now. A draft stays on
	// the versions that it was begun on. Rule C-16.
	QuestionnaireVersion, FormVersion int
	AppointmentAt                     time.Time  // with not_convenient
	Slip                              *SlipInput // with a final record; needed when the customer is dissatisfied (Rule C-17)
}

// methodTelephone is the only method of contact that calls have (Rule C-26).
const methodTelephone = "telephone"

// Record gives the record of one's own call; one that is not begun comes with
// what is known already. Others see records in the call's detail.
func (s *Service) Record(ctx context.Context, who access.Principal, callID uuid.UUID) (Record, error) {
	c, err := s.ownCall(ctx, who, callID)
	if err != nil {
		return Record{}, err
	}
	r := begun(c)
	if r.ID != uuid.Nil {
		return r, nil
	}
	v, err := s.store.Task(ctx, c.TaskID)
	if err != nil {
		return Record{}, fmt.Errorf("look up task: %w", err)
	}
	r.ContentKinds = v.Program.ContentKinds
	r.Fields, err = s.prefilled(ctx, v.Program.Form, c.CustomerID)
	return r, err
}

// prefilled are the fields that a record begins with: of the items that say so,
// what the customer's last record has, as far as the form still takes it. Rule C-10.
func (s *Service) prefilled(ctx context.Context, form Questionnaire, customerID uuid.UUID) (map[string]any, error) {
	out := map[string]any{}
	if !slices.ContainsFunc(form.Items, func(it Item) bool { return it.Prefill }) {
		return out, nil
	}
	last, err := s.store.LastFields(ctx, customerID)
	if err != nil {
		return nil, fmt.Errorf("read last record: %w", err)
	}
	for _, it := range form.Items {
		if v, err := it.normal(last[it.Key]); err == nil && v != nil && it.Prefill {
			out[it.Key] = v
		}
	}
	return out, nil
}

// Sheet is what a record is written on.
type Sheet struct{ Questionnaire, Form Questionnaire }

// RecordSheet gives the versions that one's own call's record is written on:
// those that it was begun on, or those that hold now. Rules C-10, C-16.
func (s *Service) RecordSheet(ctx context.Context, r Record) (Sheet, error) {
	v, err := s.store.Task(ctx, r.TaskID)
	if err != nil {
		return Sheet{}, fmt.Errorf("look up task: %w", err)
	}
	if err := s.pin(ctx, &r, v.Program, RecordInput{}); err != nil {
		return Sheet{}, err
	}
	out, err := s.sheet(ctx, r, v.Program)
	return Sheet{Questionnaire: out.Questionnaire.Normal(), Form: out.Form.Normal()}, err
}

// pin fixes the versions that a record is written on, once: those that the page
// shows, or those that hold now. Rule C-16.
func (s *Service) pin(ctx context.Context, r *Record, p Program, in RecordInput) error {
	if r.ID != uuid.Nil {
		return nil
	}
	r.QuestionnaireID, r.QuestionnaireVersion = p.QuestionnaireID, p.Questionnaire.Version
	r.FormID, r.FormVersion = p.FormID, p.Form.Version
	if r.QuestionnaireVersion == 0 { // it has no version that holds
		r.QuestionnaireID = uuid.Nil
	}
	if r.FormVersion == 0 {
		r.FormID = uuid.Nil
	}
	for _, x := range []struct {
		at      string
		paper   uuid.UUID
		version *int
		shown   int
	}{{"questionnaire_version", r.QuestionnaireID, &r.QuestionnaireVersion, in.QuestionnaireVersion}, {"form_version", r.FormID, &r.FormVersion, in.FormVersion}} {
		if x.shown == 0 || x.shown == *x.version {
			continue
		}
		v, err := s.store.PaperVersion(ctx, x.paper, x.shown)
		if problem.IsNotFound(err) || err == nil && v.State == PaperDraft {
			return problem.BadField(x.at, "is no version that was ever published")
		} else if err != nil {
			return fmt.Errorf("look up paper: %w", err)
		}
		*x.version = x.shown
	}
	return nil
}

// sheet gives the versions that a record is pinned to.
func (s *Service) sheet(ctx context.Context, r Record, p Program) (Sheet, error) {
	out := Sheet{Questionnaire: p.Questionnaire, Form: p.Form}
	for _, x := range []struct {
		paper   uuid.UUID
		version int
		now     uuid.UUID
		into    *Questionnaire
	}{{r.QuestionnaireID, r.QuestionnaireVersion, p.QuestionnaireID, &out.Questionnaire}, {r.FormID, r.FormVersion, p.FormID, &out.Form}} {
		switch {
		case x.paper == x.now && x.version == x.into.Version:
		case x.paper == uuid.Nil:
			if x.into == &out.Form {
				*x.into = Questionnaire{}
			}
		default:
			v, err := s.store.PaperVersion(ctx, x.paper, x.version)
			if err != nil {
				return Sheet{}, fmt.Errorf("look up paper: %w", err)
			}
			*x.into = v.Questionnaire()
		}
	}
	return out, nil
}

func (s *Service) ownCall(ctx context.Context, who access.Principal, id uuid.UUID) (CallDetail, error) {
	c, err := s.store.Call(ctx, id)
	if err != nil {
		return CallDetail{}, fmt.Errorf("look up call: %w", err)
	}
	if c.AgentID != who.User.ID {
		return CallDetail{}, forbiddenCall()
	}
	return c, nil
}

// begun gives the call's record, or the beginning of one: time, caller,
// customer, method and the recording by its id. Rule C-01.
func begun(c CallDetail) Record {
	if c.Record != nil {
		return *c.Record
	}
	return Record{
		CallID: c.ID, TaskID: c.TaskID, RecordingID: c.Recording.ID, AgentID: c.AgentID, AgentName: c.AgentName,
		CustomerID: c.CustomerID, CustomerName: c.CustomerName, ContactedAt: begunAt(c), Method: methodTelephone,
		Disposition: preselected(c.Outcome), Answers: map[string]any{}, State: RecordDraft,
	}
}

// SaveRecord keeps a draft, during the call too, or makes the record final.
//
// A final record must be complete (Rule C-01) and can be written once the call
// is over; it closes the call and moves its task: completed and refused close
// it, not_convenient makes the appointment (Rule C-24), wrong_person and
// voice_assistant count the attempt (Rule T-04), a wrong number stops the task
// for a data check, everything else places the next attempt. A dissatisfied
// answer needs a slip (Rule C-17). A task that
// changes at the same moment, by the end of its call for instance, is read once
// more.
func (s *Service) SaveRecord(ctx context.Context, who access.Principal, callID uuid.UUID, in RecordInput) (Record, error) {
	r, err := s.saveRecord(ctx, who, callID, in)
	if p, ok := errors.AsType[*problem.Error](err); ok && p.Code == problem.CodeConflict && in.Final {
		r, err = s.saveRecord(ctx, who, callID, in)
	}
	return r, err
}

func (s *Service) saveRecord(ctx context.Context, who access.Principal, callID uuid.UUID, in RecordInput) (Record, error) {
	c, err := s.ownCall(ctx, who, callID)
	if err != nil {
		return Record{}, err
	}
	r := begun(c)
	if r.State == RecordFinal {
		return Record{}, problem.Conflict("record_final", "the record is final")
	}
	if in.Final && c.State != call.StateWrapup {
		return Record{}, problem.Conflict("call_live", "the call is not over")
	}
	v, err := s.store.Task(ctx, c.TaskID)
	if err != nil {
		return Record{}, fmt.Errorf("look up task: %w", err)
	}
	now := s.now()
	r.Disposition, r.Answers = in.Disposition, in.Answers
	r.Content, r.Problems = strings.TrimSpace(in.Content), strings.TrimSpace(in.Problems)
	r.Handling, r.Deviation = strings.TrimSpace(in.Handling), strings.TrimSpace(in.Deviation)
	if err := s.pin(ctx, &r, v.Program, in); err != nil {
		return Record{}, err
	}
	sheet, err := s.sheet(ctx, r, v.Program)
	if err != nil {
		return Record{}, err
	}
	r.Fields, r.ContentKinds, r.UpdatedAt = in.Fields, in.ContentKinds, now
	if r.ContentKinds == nil {
		r.ContentKinds = v.Program.ContentKinds
	}
	r.ContactedAt = begunAt(c)
	if r.ID == uuid.Nil {
		r.ID, r.CreatedAt = uuid.New(), now
	}
	if err := checkRecord(&r, sheet, c.Outcome, in.Final); err != nil {
		return Record{}, err
	}
	save, e := RecordSave{Record: r}, audit.Event{} // drafts leave no row in the audit log
	if in.Final {
		save.Record.State, save.Record.FinishedAt, save.Month = RecordFinal, now, now.In(s.cfg.Zone).Format("2006-01")
		save.Record.rate(sheet.Questionnaire)
		if err := s.finish(ctx, who, &save, c, in.AppointmentAt); err != nil {
			return Record{}, err
		}
		if err := s.openSlip(ctx, who, &save, in.Slip, v); err != nil {
			return Record{}, err
		}
		if err := s.settleSlip(ctx, who, &save, v); err != nil {
			return Record{}, err
		}
		e = audit.Event{
			At: now, ActorID: who.User.ID, Action: audit.ActionRecordFinished, ObjectKind: "record", ObjectID: r.ID.String(),
			Rule: "C-01", Detail: finishedDetail(save, c), IP: who.IP,
		}
	}
	if err := s.store.SaveRecord(ctx, &save, e); err != nil {
		return Record{}, fmt.Errorf("save record of call %s: %w", callID, err)
	}
	if in.Final {
		s.cfg.Metrics.finished(r.Disposition)
		s.cfg.Logger.InfoContext(ctx, "record finished", "call_id", callID, "task_id", c.TaskID, "agent_id", who.User.ID, "disposition", r.Disposition)
		s.cfg.Changed(c.TaskID, v.Task.AssigneeID)
		if v.Task.AssigneeID == uuid.Nil { // it came from the queue
			s.cfg.Changed(c.TaskID, who.User.ID)
		}
	}
	return save.Record, nil
}

func begunAt(c CallDetail) time.Time {
	if !c.AnsweredAt.IsZero() {
		return c.AnsweredAt
	}
	return c.StartedAt
}

func finishedDetail(save RecordSave, c CallDetail) map[string]any {
	d := map[string]any{"call_id": c.ID.String(), "disposition": string(save.Record.Disposition), "outcome": string(c.Outcome)}
	if save.CountAttempt != uuid.Nil {
		d["attempt_counted"] = save.CountAttempt.String()
	}
	if save.Task != nil {
		d["task_state"] = string(save.Task.State)
	}
	return d
}
