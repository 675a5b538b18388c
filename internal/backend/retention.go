package backend

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/httpapi"
	"huifang/internal/retention"
)

// Retention are holds and expiries of the API. All fields are required.
type Retention struct {
	Service *retention.Service
	Changed func() // something was held, freed or approved
}

func person(p retention.Person) *httpapi.Ref {
	if p.ID == uuid.Nil {
		return nil
	}
	return &httpapi.Ref{ID: p.ID, Name: p.Name}
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func hold(h retention.Hold) httpapi.Hold {
	return httpapi.Hold{ID: h.ID, Case: h.Case, Reason: h.Reason, PlacedBy: *person(h.PlacedBy), PlacedAt: h.PlacedAt, ReleasedBy: person(h.ReleasedBy),
		ReleasedAt: timeOrNil(h.ReleasedAt), ReleaseReason: h.ReleaseReason, Recordings: h.Recordings}
}

func holds(in []retention.Hold, err error) ([]httpapi.Hold, error) {
	var out []httpapi.Hold
	for _, h := range in {
		out = append(out, hold(h))
	}
	return out, err
}

func kept(in []retention.Held) (out httpapi.List[httpapi.KeptRecording]) {
	for _, h := range in {
		k := httpapi.KeptRecording{RecordingID: h.RecordingID, CallID: h.CallID, StartedAt: h.StartedAt, Customer: h.Customer, Program: h.Program,
			State: h.State, RetainUntil: timeOrNil(h.RetainUntil), Overdue: h.Overdue, DeletedAt: timeOrNil(h.DeletedAt), Spared: h.Spared}
		k.MaskedNumber = h.Number.Masked()
		out = append(out, k)
	}
	return out
}

func expiryBatch(b retention.Batch) httpapi.ExpiryBatch {
	return httpapi.ExpiryBatch{ID: b.ID, Reason: b.Reason, ProposedBy: *person(b.ProposedBy), ProposedAt: b.ProposedAt, Decision: string(b.Decision),
		DecidedBy: person(b.DecidedBy), DecidedAt: timeOrNil(b.DecidedAt), DecisionReason: b.DecisionReason, Recordings: b.Recordings, Deleted: b.Deleted, Spared: b.Spared}
}

func holdOrder(recordings []uuid.UUID, customer *uuid.UUID) retention.Order {
	o := retention.Order{Recordings: recordings}
	if customer != nil {
		o.Customer = *customer
	}
	return o
}

// Holds lists the holds.
func (r Retention) Holds(ctx context.Context) ([]httpapi.Hold, error) {
	return holds(r.Service.Holds(ctx))
}

// HoldsOf lists the holds that are on a recording.
func (r Retention) HoldsOf(ctx context.Context, id httpapi.ID) ([]httpapi.Hold, error) {
	return holds(r.Service.HoldsOf(ctx, id))
}

// Hold gives one with its recordings.
func (r Retention) Hold(ctx context.Context, id httpapi.ID) (httpapi.HoldDetail, error) {
	h, list, err := r.Service.Hold(ctx, id)
	if err != nil {
		return httpapi.HoldDetail{}, err
	}
	return httpapi.HoldDetail{Hold: hold(h), List: kept(list)}, nil
}

// PlaceHold makes a hold.
func (r Retention) PlaceHold(ctx context.Context, who access.Principal, in httpapi.NewHold) (httpapi.Hold, error) {
	h, err := r.Service.PlaceHold(ctx, who, in.Case, in.Reason, holdOrder(in.Recordings, in.CustomerID))
	if err != nil {
		return httpapi.Hold{}, err
	}
	r.Changed()
	return hold(h), nil
}

// AddToHold puts more recordings under a hold.
func (r Retention) AddToHold(ctx context.Context, who access.Principal, id httpapi.ID, in httpapi.HoldAddition) (httpapi.HoldDetail, error) {
	if err := r.Service.AddToHold(ctx, who, id, holdOrder(in.Recordings, in.CustomerID)); err != nil {
		return httpapi.HoldDetail{}, err
	}
	r.Changed()
	return r.Hold(ctx, id)
}

// ReleaseHold ends a hold.
func (r Retention) ReleaseHold(ctx context.Context, who access.Principal, id httpapi.ID, reason string) (httpapi.HoldDetail, error) {
	if err := r.Service.ReleaseHold(ctx, who, id, reason); err != nil {
		return httpapi.HoldDetail{}, err
	}
	return r.Hold(ctx, id)
}

// Expiry gives what may be deleted and what was proposed.
func (r Retention) Expiry(ctx context.Context) (httpapi.Expiry, error) {
	candidates, err := r.Service.Candidates(ctx)
	if err != nil {
		return httpapi.Expiry{}, err
	}
	batches, err := r.Service.Batches(ctx)
	if err != nil {
		return httpapi.Expiry{}, err
	}
	out := httpapi.Expiry{Candidates: kept(candidates)}
	for _, b := range batches {
		out.Batches = append(out.Batches, expiryBatch(b))
	}
	return out, nil
}

// Propose proposes candidates.
func (r Retention) Propose(ctx context.Context, who access.Principal, in httpapi.NewExpiry) (httpapi.ExpiryBatch, error) {
	b, err := r.Service.Propose(ctx, who, in.Recordings, in.Reason)
	if err != nil {
		return httpapi.ExpiryBatch{}, err
	}
	return expiryBatch(b), nil
}

// Batch gives a proposal with its recordings.
func (r Retention) Batch(ctx context.Context, id httpapi.ID) (httpapi.ExpiryDetail, error) {
	b, list, err := r.Service.Batch(ctx, id)
	if err != nil {
		return httpapi.ExpiryDetail{}, err
	}
	return httpapi.ExpiryDetail{ExpiryBatch: expiryBatch(b), List: kept(list)}, nil
}

// Decide approves or refuses a proposal.
func (r Retention) Decide(ctx context.Context, who access.Principal, id httpapi.ID, in httpapi.ExpiryDecision) (httpapi.ExpiryDetail, error) {
	if err := r.Service.Decide(ctx, who, id, in.Approve, in.Reason); err != nil {
		return httpapi.ExpiryDetail{}, err
	}
	r.Changed()
	return r.Batch(ctx, id)
}
