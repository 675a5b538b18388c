package customer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Patch changes a customer; nil leaves a value as it is.
type Patch struct {
	Name, Salutation, Language, TimeZone, Grade, City, Notes, ContractEnd, Birthday *string

	Kind         *Kind
	Government   *bool
	AdviserID    *uuid.UUID // uuid.Nil: none
	DepartmentID *uuid.UUID // uuid.Nil: none
	AddContacts  []NewContact

	// DoNotCall is the customer's wish (Rule C-14); ClearDoNotCall ends it.
	DoNotCall      *DoNotCall
	ClearDoNotCall bool
}

// onlyWishes reports whether the patch holds nothing but what an agent may
// change: the customer's own wishes, as said on the telephone. The wish not to
// be called is taken by an agent and taken back by a supervisor.
func (p Patch) onlyWishes() bool {
	return p.Name == nil && p.TimeZone == nil && p.Grade == nil && p.City == nil && p.Kind == nil && p.Government == nil && p.ContractEnd == nil && p.Birthday == nil &&
		p.AdviserID == nil && p.DepartmentID == nil && len(p.AddContacts) == 0 && !p.ClearDoNotCall
}

// Change changes a customer. Agents may set language, salutation, notes and
// the wish not to be called, of customers they have a task of.
func (s *Service) Change(ctx context.Context, who access.Principal, id uuid.UUID, p Patch) (Customer, error) {
	c, err := s.Get(ctx, who, id)
	if err != nil {
		return Customer{}, err
	}
	if !who.Has(access.RoleSupervisor, access.RoleAdministrator) && !p.onlyWishes() {
		return Customer{}, problem.Forbidden("supervisor_only", "agents change language, salutation, notes and do-not-call only")
	}
	seen, now := c.UpdatedAt, s.now()
	changed := p.apply(&c)
	if p.DoNotCall != nil {
		d := *p.DoNotCall
		d.Reason = strings.TrimSpace(d.Reason)
		if d.Reason == "" || len(d.Reason) > 1000 {
			return Customer{}, problem.BadField("do_not_call.reason", "must have 1 to 1000 bytes")
		}
		d.Since = now
		if c.DoNotCall != nil {
			d.Since = c.DoNotCall.Since
		}
		c.DoNotCall = &d
		changed["do_not_call"] = true
		changed["channel"] = d.Channel
	} else if p.ClearDoNotCall {
		c.DoNotCall = nil
		changed["do_not_call"] = false
	}
	wrong := Check(c)
	for i, n := range p.AddContacts {
		if err := AddContact(&c, n); err != nil {
			wrong = append(wrong, problem.Field{Location: fmt.Sprintf("contact_points[%d].number", i), Message: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return Customer{}, problem.Invalid(wrong...)
	}
	c.UpdatedAt = now
	ev := audit.Event{
		At: now, ActorID: who.User.ID, Action: audit.ActionCustomerChanged, ObjectKind: "customer", ObjectID: id.String(),
		Detail: changed, IP: who.IP,
	}
	if p.DoNotCall != nil {
		ev.Rule, ev.Reason = "C-14", c.DoNotCall.Reason
	}
	if err := s.store.UpdateCustomer(ctx, c, seen, ev); err != nil {
		return Customer{}, fmt.Errorf("change customer: %w", err)
	}
	return s.store.Customer(ctx, id)
}

// apply sets the plain values and says which were named.
func (p Patch) apply(c *Customer) map[string]any {
	named := map[string]any{}
	for key, v := range map[string]struct {
		from *string
		to   *string
	}{
		"name": {p.Name, &c.Name}, "salutation": {p.Salutation, &c.Salutation}, "language": {p.Language, &c.Language},
		"time_zone": {p.TimeZone, &c.TimeZone}, "grade": {p.Grade, &c.Grade}, "city": {p.City, &c.City}, "notes": {p.Notes, &c.Notes},
		"contract_end": {p.ContractEnd, &c.ContractEnd}, "birthday": {p.Birthday, &c.Birthday},
	} {
		if v.from != nil {
			*v.to = strings.TrimSpace(*v.from)
			named[key] = true
		}
	}
	if p.Kind != nil {
		c.Kind, named["kind"] = *p.Kind, *p.Kind
	}
	if p.Government != nil {
		c.Government, named["government"] = *p.Government, *p.Government
	}
	if p.AdviserID != nil {
		c.AdviserID, named["adviser_id"] = *p.AdviserID, p.AdviserID.String()
	}
	if p.DepartmentID != nil {
		c.DepartmentID, named["department_id"] = *p.DepartmentID, p.DepartmentID.String()
	}
	if len(p.AddContacts) > 0 {
		named["contact_points_added"] = len(p.AddContacts)
	}
	return named
}

// Dialable gives the contact points that can be called, in order.
func (c Customer) Dialable() []ContactPoint {
	return slices.DeleteFunc(slices.Clone(c.ContactPoints), ContactPoint.Invalid)
}
