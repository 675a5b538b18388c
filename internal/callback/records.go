package callback

import (
	"context"
	"errors"
	"fmt"
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
	Final         bool
	Disposition   Disposition
	Content       string
	Problems      string
	Handling      string
	Answers       map[string]any
	Deviation     string
	AppointmentAt time.Time  // with not_convenient
	Slip          *SlipInput // with a final record; needed when the customer is dissatisfied (Rule C-17)
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
	return begun(c), nil
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
	r.QuestionnaireVersion, r.UpdatedAt = v.Program.Questionnaire.Version, now
	r.ContactedAt = begunAt(c)
	if r.ID == uuid.Nil {
		r.ID, r.CreatedAt = uuid.New(), now
	}
	if err := checkRecord(&r, v.Program.Questionnaire, c.Outcome, in.Final); err != nil {
		return Record{}, err
	}
	save, e := RecordSave{Record: r}, audit.Event{} // drafts leave no row in the audit log
	if in.Final {
		save.Record.State, save.Record.FinishedAt, save.Month = RecordFinal, now, now.In(s.cfg.Zone).Format("2006-01")
		save.Record.rate(v.Program.Questionnaire)
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
