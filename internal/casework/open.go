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
	"huifang/internal/problem"
)

// New is a case that somebody opens by hand, from a call or for a customer.
type New struct {
	Kind        Kind
	Class       Class // of an anomaly
	CustomerID  uuid.UUID
	CallID      uuid.UUID // names the customer too
	ConcernedID uuid.UUID // uuid.Nil: not known
	Matter      string
}

// Open opens a case by hand. It goes to the superior of whoever opens it at
// once. Rule C-19.
func (s *Service) Open(ctx context.Context, who access.Principal, n New) (Detail, error) {
	if !who.Has(access.RoleAgent, access.RoleSupervisor, access.RoleInspector, access.RoleRecordsHead) {
		return Detail{}, problem.Forbidden("role", "agents, supervisors, inspectors and heads of records open cases")
	}
	var wrong []problem.Field
	bad := func(at, msg string) { wrong = append(wrong, problem.Field{Location: at, Message: msg}) }
	text("matter", &n.Matter, true, &wrong)
	if !slices.Contains(Kinds(), n.Kind) {
		bad("kind", fmt.Sprintf("must be one of %v", Kinds()))
	}
	if n.Kind == Complaint && n.Class == "" {
		n.Class = ClassOther
	}
	if !slices.Contains(Classes(), n.Class) {
		bad("class", fmt.Sprintf("must be one of %v", Classes()))
	}
	c := Case{Kind: n.Kind, Class: n.Class, Source: SourceManual, CustomerID: n.CustomerID, CallID: n.CallID, ConcernedID: n.ConcernedID, Matter: n.Matter, CreatedBy: who.User.ID}
	switch {
	case n.CallID != uuid.Nil:
		var err error
		c.CustomerID, c.RecordID, err = s.store.CallCustomer(ctx, n.CallID)
		if problem.IsNotFound(err) {
			bad("call_id", "there is no such call")
		} else if err != nil {
			return Detail{}, fmt.Errorf("look up call: %w", err)
		}
	case n.CustomerID == uuid.Nil:
		bad("customer_id", "a customer or a call is required")
	default:
		if _, err := s.customers.Customer(ctx, n.CustomerID); problem.IsNotFound(err) {
			bad("customer_id", "there is no such customer")
		} else if err != nil {
			return Detail{}, fmt.Errorf("look up customer: %w", err)
		}
	}
	if n.ConcernedID != uuid.Nil {
		if n.ConcernedID == who.User.ID {
			bad("concerned_id", "nobody opens a case about themselves")
		} else if _, err := s.people.User(ctx, n.ConcernedID); problem.IsNotFound(err) {
			bad("concerned_id", "there is no such user")
		} else if err != nil {
			return Detail{}, fmt.Errorf("look up whom it is about: %w", err)
		}
	}
	if len(wrong) > 0 {
		return Detail{}, problem.Invalid(wrong...)
	}
	if _, err := s.begin(ctx, who, &c, nil); err != nil {
		return Detail{}, err
	}
	return s.Case(ctx, who, c.ID)
}

// begin numbers a case and gives it to a superior without an interest.
func (s *Service) begin(ctx context.Context, who access.Principal, c *Case, detail map[string]any) (bool, error) {
	now := s.now()
	c.ID, c.State, c.Round, c.CreatedAt, c.UpdatedAt = uuid.New(), Facts, 1, now, now
	var err error
	if c.DueAt, err = s.dueOf(ctx, *c, now); err != nil {
		return false, err
	}
	cust, err := s.customers.Customer(ctx, c.CustomerID)
	if err != nil {
		return false, fmt.Errorf("look up customer: %w", err)
	}
	u, err := s.superior(ctx, c.CreatedBy, []uuid.UUID{c.CreatedBy}, disinterested(c.ConcernedID, cust))
	if err != nil {
		return false, err
	}
	c.AssigneeID, c.AssigneeName = u.ID, u.Name
	if detail == nil {
		detail = map[string]any{}
	}
	detail["kind"], detail["class"], detail["source"], detail["due_at"] = string(c.Kind), string(c.Class), string(c.Source), c.DueAt.Format(time.RFC3339)
	if u.ID != uuid.Nil {
		detail["assignee"] = u.Name
	}
	e := s.event(who, now, audit.ActionCaseOpened, c.ID, *c, "", detail)
	fresh, err := s.store.InsertCase(ctx, c, now.In(s.zone).Format("2006-01"), e)
	if err != nil {
		return false, fmt.Errorf("open case: %w", err)
	}
	if fresh {
		s.log.WarnContext(ctx, "case opened", "case", c.Number, "kind", c.Kind, "class", c.Class, "source", c.Source, "rule", e.Rule)
	}
	return fresh, nil
}

// findings is how many cases one round opens.
const findings = 100

// Find opens the cases that rules ask for: final records with a red flag or
// strong dissatisfaction (Rule C-19), complaints raised in a call (Rule C-20).
// What is a case already stays as it is.
func (s *Service) Find(ctx context.Context) error {
	found, err := s.store.Findings(ctx, StrongDissatisfaction, findings)
	if err != nil {
		return fmt.Errorf("look for cases to open: %w", err)
	}
	for _, f := range found {
		c := Case{Kind: f.Kind, Source: f.Source, CustomerID: f.CustomerID, RecordID: f.RecordID, CallID: f.CallID, MarkID: f.MarkID, CreatedBy: f.AgentID, Class: ClassOther, Matter: f.Text}
		detail := map[string]any{}
		switch f.Source {
		case SourceRedFlag:
			c.Class = classOf(f.Flags)
			c.Matter = matter(f, strings.Join(f.Flags, ", "))
			detail["red_flags"], detail["record"] = f.Flags, f.Number
		case SourceDissatisfaction:
			c.Class = ClassDissatisfaction
			c.Matter = matter(f, strings.Join(f.Bad, ", "))
			detail["dissatisfied"], detail["record"] = f.Bad, f.Number
		}
		if strings.TrimSpace(c.Matter) == "" {
			c.Matter = "-" // the button was pressed without a word
		}
		if _, err := s.begin(ctx, access.Principal{}, &c, detail); err != nil {
			return err
		}
	}
	return nil
}

// matter says why a record is a case: its number, the answers, and what the
// agent wrote of the problems.
func matter(f Finding, answers string) string {
	out := f.Number + ": " + answers + "\n" + f.Text
	for len(out) > maxText {
		r := []rune(out)
		out = string(r[:len(r)-1])
	}
	return strings.TrimSpace(out)
}
