package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/problem"
)

// Wanted are the texts that a step is signed with; all but those that begin
// with a question mark are required.
func Wanted(k Kind, s State) []string {
	switch s {
	case Facts:
		if k == Complaint {
			return []string{"facts", "calmed"}
		}
		return []string{"facts"}
	case Reported, Interview:
		return []string{"?remark"}
	case Branch:
		return []string{"accounts", "how", "result", "opinion"}
	case HeadOffice:
		return []string{"opinion"}
	case Measures:
		return []string{"measures"}
	case Answer:
		return []string{"handling", "answer"}
	}
	return nil
}

// Sign signs the step that a case stands at and moves it on. The last step
// before the customer is called again makes that task. Rules C-19, C-20.
func (s *Service) Sign(ctx context.Context, who access.Principal, id uuid.UUID, step State, in map[string]string) (Detail, error) {
	d, err := s.Case(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	c := d.Case
	if c.State != step || Next(c.Kind, step) == "" || step == CallBack {
		return Detail{}, problem.Conflict("case_state", fmt.Sprintf("the case stands at %s", c.State))
	}
	if d.Barred != nil {
		return Detail{}, d.Barred
	}
	var wrong []problem.Field
	content := map[string]string{}
	for _, name := range Wanted(c.Kind, step) {
		name, optional := strings.CutPrefix(name, "?")
		v := in[name]
		text(name, &v, !optional, &wrong)
		if v != "" {
			content[name] = v
		}
	}
	for name := range in {
		if w := Wanted(c.Kind, step); !slices.Contains(w, name) && !slices.Contains(w, "?"+name) {
			wrong = append(wrong, problem.Field{Location: name, Message: "is no part of this step"})
		}
	}
	if len(wrong) > 0 {
		return Detail{}, problem.Invalid(wrong...)
	}
	if step == Interview && len(d.Interviews) == 0 {
		return Detail{}, problem.Refused("C-19", "no_interview", "at least one interview is noted before the step is signed", nil)
	}
	now := s.now()
	signed := Signed{Step: step, Round: c.Round, ByID: who.User.ID, ByName: who.User.Name, At: now, Content: content}
	ch := Change{Case: c, Was: c.UpdatedAt, Signed: &signed}
	ch.Case.State, ch.Case.OverdueAt, ch.Case.UpdatedAt = Next(c.Kind, step), time.Time{}, now
	detail := map[string]any{"step": string(step), "round": c.Round, "late": now.After(c.DueAt)}
	for name, v := range content {
		detail[name] = v
	}
	if err := s.pass(ctx, &ch, who, detail); err != nil {
		return Detail{}, err
	}
	if ch.Case.DueAt, err = s.dueOf(ctx, ch.Case, now); err != nil {
		return Detail{}, err
	}
	ch.Event = s.event(who, now, audit.ActionCaseSigned, id, c, "", detail)
	return s.change(ctx, who, ch)
}

// pass gives the next step to its person: what was reported goes to a superior
// of whoever signed the facts; the second call-back is made with the last step.
func (s *Service) pass(ctx context.Context, ch *Change, who access.Principal, detail map[string]any) error {
	c := &ch.Case
	switch {
	case c.State == Reported && (c.AssigneeID == who.User.ID || c.AssigneeID == uuid.Nil):
		cust, err := s.customers.Customer(ctx, c.CustomerID)
		if err != nil {
			return fmt.Errorf("look up customer: %w", err)
		}
		u, err := s.superior(ctx, who.User.ID, []uuid.UUID{who.User.ID}, disinterested(c.ConcernedID, cust))
		if err != nil {
			return err
		}
		if c.AssigneeID, c.AssigneeName = u.ID, u.Name; u.ID != uuid.Nil {
			detail["assignee"] = u.Name
		}
	case c.State == CallBack:
		return s.callAgain(ctx, ch, detail)
	}
	return nil
}

// callAgain makes the second call-back of a case. Whom it is about does not call. Rules C-15, C-19.
func (s *Service) callAgain(ctx context.Context, ch *Change, detail map[string]any) error {
	c := &ch.Case
	said := ""
	if ch.Signed != nil {
		if said = ch.Signed.Content["answer"]; said == "" {
			said = ch.Signed.Content["measures"]
		}
	}
	agent := c.CreatedBy
	if agent == c.ConcernedID {
		agent = uuid.Nil
	}
	t, err := s.callBacks.SecondCallBack(ctx, callback.Second{Source: callback.SourceCase, CustomerID: c.CustomerID, AgentID: agent, Chinese: "案件 " + c.Number + " 已处理：" + said,
		English: "Case " + c.Number + " was handled: " + said})
	if err != nil {
		return err
	}
	ch.Task, c.TaskID, c.TaskState = &t, t.ID, t.State
	detail["task_id"] = t.ID.String()
	return nil
}

func (s *Service) change(ctx context.Context, who access.Principal, ch Change) (Detail, error) {
	if err := s.store.ChangeCase(ctx, ch); err != nil {
		return Detail{}, fmt.Errorf("change case %s: %w", ch.Case.Number, err)
	}
	if ch.Task != nil {
		s.changed(ch.Task.ID, ch.Task.AssigneeID)
	}
	return s.Case(ctx, who, ch.Case.ID)
}

// NewTalk is an interview to be noted.
type NewTalk struct {
	HeldAt     time.Time
	Place      string
	Person     string
	Content    string
	Signatures []Signature
}

// Interview notes an interview with its signatures; it stands. Rule C-19.
func (s *Service) Interview(ctx context.Context, who access.Principal, id uuid.UUID, n NewTalk) (Detail, error) {
	d, err := s.Case(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	if !slices.Contains(d.May, MayInterview) {
		if d.Case.State != Interview && d.Case.State != Branch {
			return Detail{}, problem.Conflict("case_state", fmt.Sprintf("the case stands at %s", d.Case.State))
		}
		if err := s.interest(ctx, d.Case, who.User); err != nil {
			return Detail{}, err
		}
		return Detail{}, problem.Forbidden("owner_only", "only whose turn it is, their superiors and supervisors note interviews")
	}
	now := s.now()
	var wrong []problem.Field
	text("place", &n.Place, true, &wrong)
	text("person", &n.Person, true, &wrong)
	text("content", &n.Content, true, &wrong)
	if n.HeldAt.IsZero() || n.HeldAt.After(now) {
		wrong = append(wrong, problem.Field{Location: "held_at", Message: "must be a time that has passed"})
	}
	if len(n.Signatures) == 0 || len(n.Signatures) > 20 {
		wrong = append(wrong, problem.Field{Location: "signatures", Message: "1 to 20 people sign, each with a file that shows it"})
	}
	for i := range n.Signatures {
		text(fmt.Sprintf("signatures[%d].name", i), &n.Signatures[i].Name, true, &wrong)
		if n.Signatures[i].AttachmentID == uuid.Nil {
			wrong = append(wrong, problem.Field{Location: fmt.Sprintf("signatures[%d].attachment_id", i), Message: "must be a file of this case"})
		}
	}
	if len(wrong) > 0 {
		return Detail{}, problem.Invalid(wrong...)
	}
	t := Talk{ID: uuid.New(), HeldAt: n.HeldAt.UTC().Truncate(time.Microsecond), Place: n.Place, Person: n.Person, Content: n.Content, Signatures: n.Signatures, ByID: who.User.ID, ByName: who.User.Name, At: now}
	e := s.event(who, now, audit.ActionCaseInterviewed, id, d.Case, "", map[string]any{"interview_id": t.ID.String(), "held_at": t.HeldAt.Format(time.RFC3339), "signatures": len(t.Signatures)})
	if err := s.store.InsertTalk(ctx, id, t, e); err != nil {
		return Detail{}, fmt.Errorf("note interview: %w", err)
	}
	return s.Case(ctx, who, id)
}

// Assignment says who handles a case, whom it is about, and of what class it is.
type Assignment struct {
	AssigneeID  uuid.UUID
	ConcernedID uuid.UUID // uuid.Nil: not known
	Class       Class
	Reason      string
}

// Assign gives an open case to somebody without an interest, for a reason. Rules C-15, C-19.
func (s *Service) Assign(ctx context.Context, who access.Principal, id uuid.UUID, in Assignment) (Detail, error) {
	d, err := s.Case(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	c := d.Case
	if c.State == Closed {
		return Detail{}, problem.Conflict("case_state", "the case is closed")
	}
	if !who.Has(access.RoleSupervisor) {
		return Detail{}, problem.Forbidden("supervisor_only", "only a supervisor gives cases to somebody")
	}
	if err := s.interest(ctx, c, who.User); err != nil {
		return Detail{}, err
	}
	var wrong []problem.Field
	if in.Reason = strings.TrimSpace(in.Reason); in.Reason == "" || len(in.Reason) > maxReason {
		wrong = append(wrong, problem.Field{Location: "reason", Message: fmt.Sprintf("is required, in at most %d bytes", maxReason)})
	}
	if !slices.Contains(Classes(), in.Class) {
		wrong = append(wrong, problem.Field{Location: "class", Message: fmt.Sprintf("must be one of %v", Classes())})
	}
	if in.ConcernedID == who.User.ID {
		wrong = append(wrong, problem.Field{Location: "concerned_id", Message: "nobody handles a case that is about them"})
	}
	detail := map[string]any{"class": string(in.Class)}
	u, err := s.people.User(ctx, in.AssigneeID)
	switch {
	case problem.IsNotFound(err), err == nil && u.Disabled():
		wrong = append(wrong, problem.Field{Location: "assignee_id", Message: "must be somebody who works"})
	case err != nil:
		return Detail{}, fmt.Errorf("look up assignee: %w", err)
	}
	if in.ConcernedID != uuid.Nil {
		about, err := s.people.User(ctx, in.ConcernedID)
		if problem.IsNotFound(err) {
			wrong = append(wrong, problem.Field{Location: "concerned_id", Message: "there is no such user"})
		} else if err != nil {
			return Detail{}, fmt.Errorf("look up whom it is about: %w", err)
		}
		detail["concerned"] = about.Name
	}
	if len(wrong) > 0 {
		return Detail{}, problem.Invalid(wrong...)
	}
	was := c.UpdatedAt
	c.AssigneeID, c.ConcernedID, c.Class, c.UpdatedAt = in.AssigneeID, in.ConcernedID, in.Class, s.now()
	if err := s.interest(ctx, c, u); err != nil {
		return Detail{}, err
	}
	detail["assignee"] = u.Name
	return s.change(ctx, who, Change{Case: c, Was: was, Event: s.event(who, c.UpdatedAt, audit.ActionCaseAssigned, id, c, in.Reason, detail)})
}
