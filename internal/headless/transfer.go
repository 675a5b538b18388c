package headless

import (
	"context"

	"github.com/google/uuid"

	"huifang/signaling/wire"
)

// Offer waits until a call rings at this phone and gives it.
func (p *Phone) Offer(ctx context.Context) (wire.CallOffer, error) {
	for p.offer.OfferID == uuid.Nil {
		if _, err := p.next(ctx); err != nil {
			return p.offer, err
		}
	}
	return p.offer, nil
}

// OfferEnd waits until the call does not ring any more and says why.
func (p *Phone) OfferEnd(ctx context.Context) (string, error) {
	for p.offer.OfferID != uuid.Nil {
		if _, err := p.next(ctx); err != nil {
			return "", err
		}
	}
	return p.offerEnd, nil
}

// Accept takes the call that rings, which is this phone's from then on.
func (p *Phone) Accept(ctx context.Context) error {
	o := p.offer
	p.call, p.quality = wire.CallSnapshot{ID: o.CallID}, wire.CallQuality{}
	return p.socket.AcceptOffer(ctx, o.OfferID)
}

// Decline refuses the call that rings.
func (p *Phone) Decline(ctx context.Context, reason string) error {
	return p.socket.DeclineOffer(ctx, p.offer.OfferID, reason)
}

// Transfer lets the call ring at a colleague's softphone, with consult to talk first.
func (p *Phone) Transfer(ctx context.Context, colleague uuid.UUID, consult bool, note string) error {
	return p.socket.Transfer(ctx, wire.TransferStart{CallID: p.call.ID, ColleagueID: colleague, Consult: consult, Note: note})
}

// CompleteTransfer gives the call to the colleague who has joined it.
func (p *Phone) CompleteTransfer(ctx context.Context) error {
	return p.socket.CompleteTransfer(ctx, p.call.ID)
}

// ThreeWay lets customer and colleague hear each other.
func (p *Phone) ThreeWay(ctx context.Context) error { return p.socket.ThreeWay(ctx, p.call.ID) }

// EndTransfer takes an offer back, sends the colleague away, or leaves.
func (p *Phone) EndTransfer(ctx context.Context) error { return p.socket.EndTransfer(ctx, p.call.ID) }

// SetState is the agent's wish: ready, break or offline. It returns when the
// server has said so.
func (p *Phone) SetState(ctx context.Context, state string) error {
	if err := p.socket.SetAgentState(ctx, state, ""); err != nil {
		return err
	}
	for p.agent != state {
		if _, err := p.next(ctx); err != nil {
			return err
		}
	}
	return nil
}
