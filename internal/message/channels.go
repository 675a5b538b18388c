package message

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

const maxReason = 2000 // bytes

// Way is a channel of a customer as the page shows it.
type Way struct {
	Channel customer.Channel
	To      Address // zero: none
	Refusal *Refusal
	// Possible is whether a message can be sent; otherwise Reason says why not.
	Possible bool
	Reason   string // channel_refused, no_gateway, no_address
}

// Channels gives how a customer can be reached in writing, to whoever may see
// the customer (Rule S-01).
func (s *Service) Channels(ctx context.Context, who access.Principal, customerID uuid.UUID) (Reach, []Way, error) {
	if err := s.mayReach(ctx, who, customerID); err != nil {
		return Reach{}, nil, err
	}
	r, err := s.store.Reach(ctx, customerID)
	if err != nil {
		return Reach{}, nil, fmt.Errorf("look up customer's channels: %w", err)
	}
	return r, s.ways(r), nil
}

func (s *Service) ways(r Reach) []Way {
	var out []Way
	for _, ch := range Channels() {
		w := Way{Channel: ch, To: r.Address(ch, s.cfg.Permitted), Possible: true}
		if f, no := r.Refuses(ch); no {
			w.Refusal = &f
		}
		if _, err := s.way(r, ch); err != nil {
			w.Possible = false
			if p, ok := asProblem(err); ok {
				w.Reason = p.Reason
			}
		}
		out = append(out, w)
	}
	return out
}

func (s *Service) mayReach(ctx context.Context, who access.Principal, customerID uuid.UUID) error {
	if who.Has(access.RoleSupervisor, access.RoleAdministrator) {
		return nil
	}
	own, err := s.store.AssignedTo(ctx, customerID, who.User.ID)
	if err != nil {
		return fmt.Errorf("look up assignment: %w", err)
	}
	if !own {
		return problem.NotFound("customer")
	}
	return nil
}

// AddEmail notes a mailbox that the customer has given.
func (s *Service) AddEmail(ctx context.Context, who access.Principal, customerID uuid.UUID, text string) (Reach, []Way, error) {
	if err := s.mayReach(ctx, who, customerID); err != nil {
		return Reach{}, nil, err
	}
	e, err := customer.ParseEmail(text)
	if err != nil {
		return Reach{}, nil, problem.BadField("address", "%v", err)
	}
	now := s.now()
	ev := audit.Event{At: now, ActorID: who.User.ID, Action: audit.ActionEmailAdded, ObjectKind: "customer", ObjectID: customerID.String(), Detail: map[string]any{"mailbox": e.Masked()}, IP: who.IP}
	if err := s.store.InsertEmail(ctx, customerID, EmailAddress{ID: uuid.New(), Email: e}, who.User.ID, ev); err != nil {
		return Reach{}, nil, fmt.Errorf("note mailbox: %w", err)
	}
	return s.Channels(ctx, who, customerID)
}

// RefuseChannel notes what a customer has said to one of us: nothing more over
// this channel. What is queued on it is not sent. Rule C-14.
func (s *Service) RefuseChannel(ctx context.Context, who access.Principal, customerID uuid.UUID, ch customer.Channel, said string) (Reach, []Way, error) {
	if err := s.mayReach(ctx, who, customerID); err != nil {
		return Reach{}, nil, err
	}
	if !slices.Contains(customer.Channels(), ch) {
		return Reach{}, nil, problem.BadField("channel", "is none of %v", customer.Channels())
	}
	if said = strings.TrimSpace(said); said == "" || len(said) > maxReason {
		return Reach{}, nil, problem.BadField("said", "must have 1 to %d bytes: what the customer said", maxReason)
	}
	r := Refusal{Channel: ch, How: HowAgent, Said: said, At: s.now(), ByID: who.User.ID}
	if err := s.refuse(ctx, who, []uuid.UUID{customerID}, r); err != nil {
		return Reach{}, nil, err
	}
	return s.Channels(ctx, who, customerID)
}

func (s *Service) refuse(ctx context.Context, who access.Principal, customers []uuid.UUID, r Refusal) error {
	ev := audit.Event{At: r.At, ActorID: r.ByID, Action: audit.ActionChannelRefused, ObjectKind: "customer", Rule: "C-14", Reason: r.Said, IP: who.IP,
		Detail: map[string]any{"channel": string(r.Channel), "how": r.How}}
	n, err := s.store.RefuseChannel(ctx, customers, r, ev)
	if err != nil {
		return fmt.Errorf("note refusal of a channel: %w", err)
	}
	s.cfg.Logger.InfoContext(ctx, "customer refuses a channel", "channel", r.Channel, "how", r.How, "customers", len(customers), "messages", n, "rule", "C-14")
	return nil
}

// AllowChannel lifts a refusal, with the reason: the customer wants messages
// again, or it was a mistake. Rule C-14.
func (s *Service) AllowChannel(ctx context.Context, who access.Principal, customerID uuid.UUID, ch customer.Channel, reason string) (Reach, []Way, error) {
	if !who.Has(access.RoleSupervisor) {
		return Reach{}, nil, problem.Forbidden("supervisor_only", "only a supervisor lifts the refusal of a channel")
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return Reach{}, nil, problem.BadField("reason", "is required, in at most %d bytes", maxReason)
	}
	now := s.now()
	ev := audit.Event{At: now, ActorID: who.User.ID, Action: audit.ActionChannelAllowed, ObjectKind: "customer", ObjectID: customerID.String(), Rule: "C-14", Reason: reason,
		Detail: map[string]any{"channel": string(ch)}, IP: who.IP}
	if err := s.store.LiftRefusal(ctx, customerID, ch, who.User.ID, now, reason, ev); err != nil {
		return Reach{}, nil, fmt.Errorf("lift refusal: %w", err)
	}
	return s.Channels(ctx, who, customerID)
}

// Unsubscribe is the one-click link of an e-mail (RFC 8058): whoever has the
// link refuses e-mail for the customer it was sent to. Rule C-14.
func (s *Service) Unsubscribe(ctx context.Context, secret, ip string) error {
	m, err := s.store.ByUnsubscribe(ctx, secret)
	if err != nil {
		return fmt.Errorf("look up link: %w", err)
	}
	who := access.Principal{IP: ip}
	return s.refuse(ctx, who, []uuid.UUID{m.CustomerID}, Refusal{Channel: m.Channel, How: HowLink, Said: "List-Unsubscribe", At: s.now()})
}

// Receive takes a receipt of the SMS gateway, whose signature was checked. One
// that says what is known already changes nothing. Rule C-14.
func (s *Service) Receive(ctx context.Context, r Receipt) error {
	a, err := s.apply(ctx, Change{ID: r.ID, Step: r.Status, At: s.now(), GatewayID: r.GatewayID, Note: short(r.Note), Receipt: r.Raw})
	if p, ok := asProblem(err); ok && p.Reason == "message_state" {
		s.cfg.Logger.InfoContext(ctx, "receipt changes nothing", "message_id", r.ID, "step", r.Status)
		return nil
	}
	if err == nil {
		s.cfg.Metrics.did(a.Message.Channel, r.Status)
	}
	return err
}

// Answer takes an SMS of a customer, whose signature was checked. An opt-out
// word is honoured at once, for everybody who has the number. Rule C-14.
func (s *Service) Answer(ctx context.Context, r Reply) error {
	r.OptOut = OptsOut(r.Said, s.cfg.OptOutWords)
	now := s.now()
	about := uuid.Nil
	m, err := s.store.LastMessageTo(ctx, customer.ChannelSMS, r.From.Reveal())
	switch {
	case err == nil:
		about = m.ID
	case !problem.IsNotFound(err):
		return fmt.Errorf("look up what is answered: %w", err)
	}
	if r.OptOut { // before the reply is noted: if this fails, the gateway sends it again
		ids, err := s.store.CustomersAt(ctx, r.From)
		if err != nil {
			return fmt.Errorf("look up whose number it is: %w", err)
		}
		if about != uuid.Nil && !slices.Contains(ids, m.CustomerID) {
			ids = append(ids, m.CustomerID)
		}
		if err := s.refuse(ctx, access.Principal{}, ids, Refusal{Channel: customer.ChannelSMS, How: HowReply, Said: r.Said, At: now}); err != nil {
			return err
		}
	}
	ev := audit.Event{At: now, Action: audit.ActionReplyReceived, ObjectKind: "message", ObjectID: about.String(), Detail: map[string]any{"opt_out": r.OptOut}}
	fresh, err := s.store.InsertReply(ctx, r, about, ev)
	if err != nil {
		return fmt.Errorf("note reply: %w", err)
	}
	if fresh && m.TaskID != uuid.Nil {
		s.changed(ctx, m.TaskID)
	}
	return nil
}

func (s *Service) changed(ctx context.Context, taskID uuid.UUID) {
	if v, err := s.store.Task(ctx, taskID); err == nil {
		s.cfg.Changed(taskID, v.Task.AssigneeID)
	}
}
