package server

import (
	"fmt"
	"net/netip"
	"sync"

	"github.com/google/uuid"

	"huifang/internal/switchboard"
	"huifang/media/rtpleg"
	"huifang/signaling/sip"
)

// answer opens the media of a customer's call and takes it. It has a place on
// the trunk like a call of ours.
func (c *carrier) answer(dialog *sip.Call, facts sip.Incoming, callID uuid.UUID, arriving *arrivingLeg, report func(switchboard.CarrierEvent)) (switchboard.CustomerLeg, error) {
	release, err := c.board.Take(facts.Trunk)
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	way := c.line(facts.Trunk)
	leg, err := rtpleg.Open(rtpleg.Config{Ports: c.ports, LocalIP: way.local, AllowedSources: way.MediaPrefixes, Logger: c.logger, Metrics: c.metrics,
		Secure: way.SRTP == sip.SRTPMandatory})
	if err != nil {
		release()
		return nil, fmt.Errorf("open customer leg: %w", err)
	}
	l := &customerLeg{media: leg, report: report, release: release, answered: func() {}, dialog: dialog, lateOffer: facts.Offer == nil,
		logger: c.logger.With("call_id", callID, "trunk", facts.Trunk)}
	arriving.begin(l)
	dialog.Accept(netip.AddrPortFrom(way.local, leg.LocalAddr().Port()))
	return l, nil
}

// arrivingLeg keeps what a customer's call reports until it is answered.
type arrivingLeg struct {
	mu    sync.Mutex
	leg   *customerLeg
	early []sip.Event
}

// handle runs on the dialog's goroutine.
func (a *arrivingLeg) handle(ev sip.Event) {
	a.mu.Lock()
	leg := a.leg
	if leg == nil {
		a.early = append(a.early, ev) // one: that the caller has given up
	}
	a.mu.Unlock()
	if leg != nil {
		leg.handle(ev)
	}
}

// begin hands over what was kept. The call takes it from another goroutine: it
// is the one that waits here.
func (a *arrivingLeg) begin(l *customerLeg) {
	a.mu.Lock()
	a.leg = l
	early := a.early
	a.early = nil
	a.mu.Unlock()
	go func() {
		for _, ev := range early {
			l.handle(ev)
		}
	}()
}
