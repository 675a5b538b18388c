package message

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/callback"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

const maxMessages = 200

func asProblem(err error) (*problem.Error, bool) { return errors.AsType[*problem.Error](err) }

func readsAll(who access.Principal) bool {
	return who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor, access.RoleAdministrator)
}

// List lists messages: agents see those that they wrote and those of their tasks.
func (s *Service) List(ctx context.Context, who access.Principal, q Query) (Page, error) {
	if !readsAll(who) {
		// Of a customer of theirs they see all (Rule A-03), else what concerns them.
		if q.CustomerID == uuid.Nil || s.mayReach(ctx, who, q.CustomerID) != nil {
			q.Concerns = who.User.ID
		}
	}
	if q.Text = strings.TrimSpace(q.Text); q.Text != "" {
		q.Text, q.Grams = customer.SearchText(q.Text), customer.QueryGrams(q.Text)
	}
	if q.Limit <= 0 || q.Limit > maxMessages {
		q.Limit = maxMessages
	}
	limit := q.Limit
	q.Limit++
	var out Page
	var err error
	if out.Messages, err = s.store.Messages(ctx, q); err != nil {
		return Page{}, fmt.Errorf("list messages: %w", err)
	}
	if len(out.Messages) > limit {
		out.Messages = out.Messages[:limit]
		last := out.Messages[limit-1]
		out.Next = Key{At: last.CreatedAt, ID: last.ID}
	}
	if out.Counts, err = s.store.CountMessages(ctx, q); err != nil {
		return Page{}, fmt.Errorf("count messages: %w", err)
	}
	return out, nil
}

// Get gives a message with what became of it.
func (s *Service) Get(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	m, err := s.store.Message(ctx, id)
	if err != nil {
		return Detail{}, fmt.Errorf("look up message: %w", err)
	}
	if !readsAll(who) && m.CreatedBy != who.User.ID {
		own := false
		if m.TaskID != uuid.Nil {
			v, err := s.store.Task(ctx, m.TaskID)
			if err != nil {
				return Detail{}, fmt.Errorf("look up task: %w", err)
			}
			own = v.Task.AssigneeID == who.User.ID
		}
		if !own {
			return Detail{}, problem.Forbidden("not_concerned", "the message is neither yours nor of your tasks")
		}
	}
	es, err := s.store.MessageEvents(ctx, id)
	if err != nil {
		return Detail{}, fmt.Errorf("list events of message: %w", err)
	}
	return Detail{Message: m, Events: es}, nil
}

// Retry sends a failed message again. One of which nobody knows whether it was
// sent may arrive twice: that is for a supervisor to decide.
func (s *Service) Retry(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	return s.decide(ctx, who, id, StepRetry)
}

// Cancel withdraws a message that waits.
func (s *Service) Cancel(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	return s.decide(ctx, who, id, StepCancel)
}

func (s *Service) decide(ctx context.Context, who access.Principal, id uuid.UUID, step Step) (Detail, error) {
	d, err := s.Get(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	if !who.Has(access.RoleSupervisor) && (step == StepRetry || d.Message.CreatedBy != who.User.ID) {
		return Detail{}, problem.Forbidden("supervisor_only", "only a supervisor sends a failed message again, or withdraws another's")
	}
	if step == StepRetry && s.cfg.Gateways[d.Message.Channel] == nil {
		return Detail{}, problem.Refused("C-14", "no_gateway", "no gateway is configured for this channel", map[string]any{"channel": string(d.Message.Channel)})
	}
	now := s.now()
	action := audit.ActionMessageRetried
	if step == StepCancel {
		action = audit.ActionMessageCancelled
	}
	ev := audit.Event{At: now, ActorID: who.User.ID, Action: action, ObjectKind: "message", ObjectID: id.String(), Rule: "C-14", IP: who.IP, Detail: map[string]any{"channel": string(d.Message.Channel)}}
	if _, err := s.store.ApplyStep(ctx, Change{ID: id, Step: step, At: now, NextTryAt: now, By: who.User.ID, Event: ev}); err != nil {
		return Detail{}, fmt.Errorf("%s message: %w", step, err)
	}
	s.cfg.Notify()
	return s.Get(ctx, who, id)
}

// apply takes a step that no person decided, and tells of the task it served.
func (s *Service) apply(ctx context.Context, c Change) (Applied, error) {
	c.Event = eventOf(c)
	a, err := s.store.ApplyStep(ctx, c)
	if err != nil {
		return Applied{}, err
	}
	s.tell(ctx, a)
	return a, nil
}

func (s *Service) tell(ctx context.Context, a Applied) {
	if a.Served != uuid.Nil {
		s.cfg.Changed(a.Served, a.Assignee)
	} else if a.Message.TaskID != uuid.Nil {
		s.changed(ctx, a.Message.TaskID)
	}
}

// eventOf is the audit event of a step; trying again is none.
func eventOf(c Change) audit.Event {
	action, ok := map[Step]string{StepSent: audit.ActionMessageSent, StepDelivered: audit.ActionMessageDelivered, StepFail: audit.ActionMessageFailed, StepOptOut: audit.ActionMessageOptedOut}[c.Step]
	if !ok {
		return audit.Event{}
	}
	detail := map[string]any{}
	if c.GatewayID != "" {
		detail["gateway_id"] = c.GatewayID
	}
	if len(c.Receipt) > 0 {
		detail["receipt_sha256"] = digest(c.Receipt)
	}
	return audit.Event{At: c.At, Action: action, ObjectKind: "message", ObjectID: c.ID.String(), Rule: "C-14", Reason: c.Note, Detail: detail}
}

// Templates gives all versions; the newest of each come first.
func (s *Service) Templates(ctx context.Context) ([]Template, error) {
	ts, err := s.store.MessageTemplates(ctx)
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	return ts, nil
}

// ChangeTemplate writes a new version, which holds for messages that are
// written from then on.
func (s *Service) ChangeTemplate(ctx context.Context, who access.Principal, t Template) (Template, error) {
	if wrong := t.Check(); len(wrong) > 0 {
		return Template{}, problem.Invalid(wrong...)
	}
	t.ID, t.CreatedBy, t.CreatedAt = uuid.New(), who.User.ID, s.now()
	ev := audit.Event{At: t.CreatedAt, ActorID: who.User.ID, Action: audit.ActionTemplateChanged, ObjectKind: "message_template", ObjectID: t.ID.String(), IP: who.IP,
		Detail: map[string]any{"purpose": string(t.Purpose), "channel": string(t.Channel), "language": t.Language}}
	t, err := s.store.InsertMessageTemplate(ctx, t, ev)
	if err != nil {
		return Template{}, fmt.Errorf("write template: %w", err)
	}
	return t, nil
}

// Sample shows a template that is being written, with values that nobody has.
func (s *Service) Sample(t Template) (Draft, error) {
	if wrong := t.Check(); len(wrong) > 0 {
		return Draft{}, problem.Invalid(wrong...)
	}
	values := map[string]string{"customer": "王先生", "company": s.cfg.Company.In(t.Language), "agent": "李华", "staff_number": "1024", "service_number": s.cfg.ServiceNumber,
		"appointment": "12月1日 10:30", "date": "12月1日", "purpose": "年度回访", "festival": "春节"}
	if t.Language == callback.LanguageEnglish {
		values["customer"], values["agent"], values["appointment"], values["date"], values["purpose"], values["festival"] = "Mr Wang", "Li Hua", "1 December 2026 10:30", "1 December 2026", "Yearly call-back", "the Spring Festival"
	}
	if s.cfg.ServiceNumber == "" {
		values["service_number"] = "4008001234"
	}
	d := Draft{Template: t}
	d.Subject, d.Body, _ = t.Fill(values)
	if t.Channel == customer.ChannelSMS {
		d.Size = Measure(d.Body)
	}
	return d, nil
}

// EnsureTemplates puts the shipped templates in where there are none.
func (s *Service) EnsureTemplates(ctx context.Context) error {
	for _, t := range Shipped(s.now()) {
		ev := audit.Event{At: t.CreatedAt, Action: audit.ActionTemplateChanged, ObjectKind: "message_template", ObjectID: t.ID.String(),
			Detail: map[string]any{"purpose": string(t.Purpose), "channel": string(t.Channel), "language": t.Language, "shipped": true}}
		if _, err := s.store.InsertMessageTemplate(ctx, t, ev); err != nil {
			return fmt.Errorf("put template %s in: %w", t.Purpose, err)
		}
	}
	return nil
}
