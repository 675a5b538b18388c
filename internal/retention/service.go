package retention

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
	"huifang/internal/problem"
)

// Limits of one request.
const (
	maxWords      = 2000 // of a reason
	maxCase       = 200
	maxRecordings = 5000 // of a hold's addition, or a batch
	listed        = 500
)

// Service is what people do with holds and expiries. It may be used by many goroutines.
type Service struct {
	store Store
	clock func() time.Time
}

// NewService checks what it is made of.
func NewService(store Store, clock func() time.Time) (*Service, error) {
	if store == nil || clock == nil {
		return nil, errors.New("make retention service: store and clock are required")
	}
	return &Service{store: store, clock: clock}, nil
}

func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Holds lists the holds.
func (s *Service) Holds(ctx context.Context) ([]Hold, error) { return s.store.Holds(ctx, listed) }

// HoldsOf lists the holds that are on a recording.
func (s *Service) HoldsOf(ctx context.Context, recordingID uuid.UUID) ([]Hold, error) {
	return s.store.HoldsOf(ctx, recordingID)
}

// Hold gives a hold with its recordings.
func (s *Service) Hold(ctx context.Context, id uuid.UUID) (Hold, []Held, error) {
	h, err := s.store.Hold(ctx, id)
	if err != nil {
		return h, nil, err
	}
	list, err := s.store.HoldRecordings(ctx, id, listed)
	return h, list, err
}

// Order says what is put under a hold: named recordings, and all of a customer.
type Order struct {
	Recordings []uuid.UUID
	Customer   uuid.UUID
}

func (s *Service) recordings(ctx context.Context, o Order) ([]uuid.UUID, error) {
	ids := slices.Clone(o.Recordings)
	if o.Customer != uuid.Nil {
		of, err := s.store.RecordingsOfCustomer(ctx, o.Customer)
		if err != nil {
			return nil, err
		}
		ids = append(ids, of...)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	ids = slices.Compact(ids)
	if len(ids) == 0 || len(ids) > maxRecordings {
		return nil, problem.BadField("recordings", "must name 1 to %d recordings, or a customer who has some", maxRecordings)
	}
	return ids, nil
}

func words(location, text string, most int) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" || len([]rune(text)) > most {
		return "", problem.BadField(location, "must be 1 to %d characters", most)
	}
	return text, nil
}

// PlaceHold puts recordings under a hold for a case. Rule T-02.
func (s *Service) PlaceHold(ctx context.Context, who access.Principal, caseNumber, reason string, o Order) (Hold, error) {
	var err error
	if caseNumber, err = words("case", caseNumber, maxCase); err != nil {
		return Hold{}, err
	}
	if reason, err = words("reason", reason, maxWords); err != nil {
		return Hold{}, err
	}
	ids, err := s.recordings(ctx, o)
	if err != nil {
		return Hold{}, err
	}
	h := Hold{ID: uuid.New(), Case: caseNumber, Reason: reason, PlacedBy: Person{who.User.ID, who.User.Name}, PlacedAt: s.now(), Recordings: len(ids)}
	e := s.event(who, audit.ActionHoldPlaced, "legal_hold", h.ID, reason, map[string]any{"case": caseNumber, "recordings": len(ids)})
	if err := s.store.PlaceHold(ctx, h, ids, e); err != nil {
		return Hold{}, fmt.Errorf("place hold: %w", err)
	}
	return h, nil
}

// AddToHold puts more recordings under a hold.
func (s *Service) AddToHold(ctx context.Context, who access.Principal, id uuid.UUID, o Order) error {
	ids, err := s.recordings(ctx, o)
	if err != nil {
		return err
	}
	e := s.event(who, audit.ActionHoldExtended, "legal_hold", id, "", map[string]any{"recordings": len(ids)})
	return s.store.AddToHold(ctx, id, ids, who.User.ID, s.now(), e)
}

// ReleaseHold ends a hold, with a reason. A recording is free when its last hold is.
func (s *Service) ReleaseHold(ctx context.Context, who access.Principal, id uuid.UUID, reason string) error {
	reason, err := words("reason", reason, maxWords)
	if err != nil {
		return err
	}
	return s.store.ReleaseHold(ctx, id, who.User.ID, s.now(), reason, s.event(who, audit.ActionHoldReleased, "legal_hold", id, reason, nil))
}

// Candidates lists recordings whose retention is over and that nothing holds.
func (s *Service) Candidates(ctx context.Context) ([]Held, error) {
	return s.store.Expirable(ctx, s.now(), listed)
}

// Propose proposes candidates for deletion. Rule T-02: a second person decides.
func (s *Service) Propose(ctx context.Context, who access.Principal, recordings []uuid.UUID, reason string) (Batch, error) {
	reason, err := words("reason", reason, maxWords)
	if err != nil {
		return Batch{}, err
	}
	ids, err := s.recordings(ctx, Order{Recordings: recordings})
	if err != nil {
		return Batch{}, err
	}
	now := s.now()
	b := Batch{ID: uuid.New(), Reason: reason, ProposedBy: Person{who.User.ID, who.User.Name}, ProposedAt: now, Decision: Open, Recordings: len(ids)}
	e := s.event(who, audit.ActionExpiryProposed, "expiry", b.ID, reason, map[string]any{"recordings": len(ids)})
	if err := s.store.Propose(ctx, b, ids, now, e); err != nil {
		return Batch{}, fmt.Errorf("propose expiry: %w", err)
	}
	return b, nil
}

// Batches lists what was proposed.
func (s *Service) Batches(ctx context.Context) ([]Batch, error) { return s.store.Batches(ctx, listed) }

// Batch gives one with its recordings.
func (s *Service) Batch(ctx context.Context, id uuid.UUID) (Batch, []Held, error) {
	return s.store.Batch(ctx, id)
}

// Decide approves or refuses a batch. Nobody decides on their own. Rule T-02.
func (s *Service) Decide(ctx context.Context, who access.Principal, id uuid.UUID, approve bool, reason string) error {
	b, _, err := s.store.Batch(ctx, id)
	if err != nil {
		return err
	}
	d, action := Approved, audit.ActionExpiryApproved
	if !approve {
		d, action = Refused, audit.ActionExpiryRefused
		if reason, err = words("reason", reason, maxWords); err != nil {
			return err
		}
	}
	switch {
	case b.ProposedBy.ID == who.User.ID:
		return problem.Refused("T-02", "own_proposal", "a second person decides: who proposes an expiry does not approve it", nil)
	case b.Decision != Open:
		return problem.Conflict("decided", "the expiry was "+string(b.Decision)+" already")
	}
	e := s.event(who, action, "expiry", id, reason, map[string]any{"recordings": b.Recordings})
	return s.store.Decide(ctx, id, d, who.User.ID, s.now(), strings.TrimSpace(reason), e)
}

func (s *Service) event(who access.Principal, action, kind string, id uuid.UUID, reason string, detail map[string]any) audit.Event {
	return audit.Event{At: s.now(), ActorID: who.User.ID, Action: action, ObjectKind: kind, ObjectID: id.String(), Rule: "T-02", Reason: reason, Detail: detail, IP: who.IP}
}
