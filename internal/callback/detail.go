package callback

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
)

// TaskDetail is a task with all that its page shows.
type TaskDetail struct {
	DeskRow
	Earlier       []Contact    // with this customer, newest first
	Script        []ScriptPart // filled in (Rule T-10), in the language asked for
	Variant       int          // of the script: 0 for everybody (Rule C-29)
	Questionnaire Questionnaire
	Form          Questionnaire // what the record says beside Rule C-01 (Rule C-10)
	Attempts      []Attempt     // oldest first
	Proof         Proof         // Rule T-04
	Decision      Decision      // of the dial gate, now
	Calls         []CallDetail  // newest first, without attempts
}

const earlierContacts = 20

// Detail gives a task to its assignee, to supervisors and to inspectors. The
// language is that of the page; empty means the customer's (Rule T-11).
func (s *Service) Detail(ctx context.Context, who access.Principal, id uuid.UUID, language string) (TaskDetail, error) {
	v, err := s.own(ctx, who, id, access.RoleInspector)
	if err != nil {
		return TaskDetail{}, err
	}
	return s.detail(ctx, who, v, language)
}

func (s *Service) detail(ctx context.Context, who access.Principal, v TaskView, language string) (TaskDetail, error) {
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return TaskDetail{}, err
	}
	now := s.now()
	today := calendar.DateOf(now.In(s.cfg.Zone))
	times := DeskTimes{Now: now, DayStart: today.At(0, s.cfg.Zone), DayEnd: today.AddDays(1).At(0, s.cfg.Zone)}
	d := TaskDetail{Questionnaire: v.Program.Questionnaire.Normal(), Form: v.Program.Form.Normal(), Proof: ProofOf(v.Marks, v.Program.MinAttempts)}
	if d.DeskRow, err = deskRow(v, cal, times); err != nil {
		return TaskDetail{}, err
	}
	if d.Earlier, err = s.store.Contacts(ctx, v.Customer.ID, earlierContacts); err != nil {
		return TaskDetail{}, fmt.Errorf("list earlier contacts: %w", err)
	}
	if d.Attempts, err = s.store.Attempts(ctx, v.Task.ID); err != nil {
		return TaskDetail{}, fmt.Errorf("list attempts: %w", err)
	}
	if d.Calls, err = s.store.CallsOfTask(ctx, v.Task.ID); err != nil {
		return TaskDetail{}, fmt.Errorf("list calls: %w", err)
	}
	if d.Decision, err = s.cfg.Gate.Check(ctx, GateRequest{AgentID: who.User.ID, TaskID: v.Task.ID}); err != nil {
		return TaskDetail{}, err
	}
	if language == "" {
		language = v.Customer.Language
	}
	agent := who.User
	if v.Task.AssigneeID != uuid.Nil && v.Task.AssigneeID != agent.ID {
		if agent, err = s.cfg.People.User(ctx, v.Task.AssigneeID); err != nil {
			return TaskDetail{}, fmt.Errorf("look up assignee: %w", err)
		}
	}
	d.Variant = v.Program.Script.For(v.Customer)
	d.Script = v.Program.Script.Fill(d.Variant, language, s.scriptNames(agent, v, language))
	return d, nil
}

// Call gives a call to its agent, and to supervisors, inspectors and auditors.
func (s *Service) Call(ctx context.Context, who access.Principal, id uuid.UUID) (CallDetail, error) {
	c, err := s.store.Call(ctx, id)
	if err != nil {
		return CallDetail{}, fmt.Errorf("look up call: %w", err)
	}
	if c.AgentID != who.User.ID && !who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor) {
		return CallDetail{}, forbiddenCall()
	}
	return c, nil
}

// Wrapups lists one's own calls whose record is not final (Rules C-01, C-23).
func (s *Service) Wrapups(ctx context.Context, who access.Principal) ([]Wrapup, error) {
	ws, err := s.store.Wrapups(ctx, who.User.ID)
	if err != nil {
		return nil, fmt.Errorf("list open records: %w", err)
	}
	return ws, nil
}
