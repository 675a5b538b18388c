package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// OfferKind says why a call rings at a softphone.
type OfferKind string

// The kinds, a closed set.
const (
	OfferInbound  OfferKind = "inbound"  // a customer calls
	OfferTransfer OfferKind = "transfer" // a colleague wants to give the call away
	OfferConsult  OfferKind = "consult"  // a colleague wants to talk, the customer waits
)

// OfferedCustomer is who is on the line.
type OfferedCustomer struct {
	ID           uuid.UUID `json:"id"`
	Name         string    `json:"name"`
	MaskedNumber string    `json:"masked_number"`
	Language     string    `json:"language"`
}

// Offer is a call that rings at a softphone, as the page shows it.
type Offer struct {
	ID        uuid.UUID       `json:"offer_id"`
	Kind      OfferKind       `json:"kind"`
	CallID    uuid.UUID       `json:"call_id"`
	TaskID    uuid.UUID       `json:"task_id"`
	Customer  OfferedCustomer `json:"customer"`
	Program   string          `json:"program"` // code
	Why       string          `json:"why"`     // what the call is about
	From      string          `json:"from"`    // the colleague's name, empty for inbound
	LastAt    *time.Time      `json:"last_at"` // inbound: our last call to the customer, null: none
	LastBy    string          `json:"last_by"` // who made it
	ExpiresAt time.Time       `json:"expires_at"`
}

// OfferEnd tells a page that the call does not ring any more.
type OfferEnd struct {
	ID     uuid.UUID `json:"offer_id"`
	Reason string    `json:"reason"` // accepted, or why not
}

// ring is an offer at a line and who waits for its answer.
type ring struct {
	Offer
	// answer takes the word of the line's agent.
	answer func(ctx context.Context, accept bool, reason string) error
	// lost says that the line's connection is gone. It must not block.
	lost func()
}

// ring lets a call ring at the line, which is taken for nothing else meanwhile.
func (l *Line) ring(r *ring) error {
	l.mu.Lock()
	err := l.free()
	if err == nil {
		l.ringing = r
	}
	l.mu.Unlock()
	if err == nil {
		l.sb.cfg.Publisher.Publish(l.agentID, "call.offered", r.Offer)
	}
	return err
}

// free says why no call can ring at the line now; the caller holds mu.
func (l *Line) free() error {
	switch {
	case l.actor != nil || l.ended != nil || l.dialing || l.watches != nil || l.ringing != nil || l.state.State == AgentCalling || l.state.State == AgentWrapup:
		return &RefusedError{Reason: "colleague_busy", Detail: "the colleague has a call"}
	case l.state.State != AgentReady || l.leg == nil || !l.leg.Connected():
		return &RefusedError{Reason: "colleague_away", Detail: "the colleague is not ready"}
	}
	return nil
}

// unring ends an offer at the line; one that is over is left alone.
func (l *Line) unring(r *ring, reason string) {
	l.mu.Lock()
	mine := l.ringing == r
	if mine {
		l.ringing = nil
	}
	l.mu.Unlock()
	if mine {
		l.sb.cfg.Publisher.Publish(l.agentID, "call.offer_ended", OfferEnd{ID: r.ID, Reason: reason})
	}
}

// tellRing has who offers a call hear that the connection is gone for good: a
// page that is read again may still answer.
func (l *Line) tellRing() {
	l.mu.Lock()
	r := l.ringing
	l.mu.Unlock()
	if r != nil {
		r.lost()
	}
}

// AnswerOffer takes the word of an agent at whose softphone a call rings.
func (s *Switchboard) AnswerOffer(ctx context.Context, agentID, offerID uuid.UUID, accept bool, reason string) error {
	l := s.Line(agentID)
	l.mu.Lock()
	r := l.ringing
	l.mu.Unlock()
	if r == nil || r.ID != offerID {
		return errOfferOver
	}
	return r.answer(ctx, accept, reason)
}

var errRinging = &RefusedError{Reason: "offer_open", Detail: "a call rings at your softphone: answer it first"}

var errOfferOver = &RefusedError{Reason: "offer_over", Detail: "the call does not ring any more"}
