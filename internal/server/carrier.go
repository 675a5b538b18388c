package server

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/switchboard"
	"huifang/internal/trunk"
	"huifang/media"
	"huifang/media/rtpleg"
	"huifang/signaling/sip"
)

// carrier dials customers: SIP for the dialog, RTP or SRTP for the voice.
type carrier struct {
	agent     *sip.UserAgent
	ports     *rtpleg.PortPool
	address   netip.Addr // put into our session descriptions; unspecified: by trunk
	board     *trunk.Board
	numbers   *customer.NumberRules                  // as administrators have them now
	lines     atomic.Pointer[map[string]carrierLine] // every trunk there has been, as it was last
	metrics   *rtpleg.Metrics
	logger    *slog.Logger
	reception map[string]reception // by trunk; written before the first apply
}

// Trunks gives those that are not known to be down and not full, best first.
func (c *carrier) Trunks() []switchboard.Trunk {
	var out []switchboard.Trunk
	for _, s := range c.board.Choose(c.up()) {
		out = append(out, switchboard.Trunk{Name: s.Name, CallerID: s.CallerID, CallerIDs: s.CallerIDs})
	}
	return out
}

// note says which trunks are down and why.
func (c *carrier) note(context.Context) error {
	var why []string
	for _, s := range c.agent.Trunks() {
		if w := s.Why(); w != "" {
			why = append(why, s.Name+" "+w)
		}
	}
	if why == nil {
		return nil
	}
	return errors.New(strings.Join(why, "; "))
}

// Classify judges a failed attempt by the one classifier (design 4).
func (c *carrier) Classify(f switchboard.FailureFacts) (call.Outcome, string, bool) {
	facts := sip.Facts{
		Code: f.Failed.Code, Cause: f.Failed.Cause, NoResponse: f.Failed.NoResponse, Err: f.Failed.Err,
		Trying: f.Failed.Trying, Progress: f.Failed.Progress, Rang: !f.Evidence.RingingAt.IsZero() || f.Failed.Rang,
		RingOK: f.RingOK, CancelledBy: f.Cancel,
	}
	switch { // no INVITE was sent: it is not the trunk's failure, and the next may be tried
	case errors.Is(f.Failed.Err, trunk.ErrFull):
		return call.OutcomeTrunkFailure, "trunk_full", true
	case errors.Is(f.Failed.Err, sip.ErrUnknownTrunk):
		return call.OutcomeTrunkFailure, "trunk_removed", true
	}
	overrides := c.line(f.Trunk).OutcomeOverrides
	outcome, reason := sip.Classify(facts, overrides)
	c.board.Note(f.Trunk, outcome == call.OutcomeTrunkFailure && !facts.Rang)
	return outcome, reason, sip.FailoverAllowed(facts, overrides)
}

// Dial opens the media and sends the INVITE.
func (c *carrier) Dial(ctx context.Context, o switchboard.DialOrder, report func(switchboard.CarrierEvent)) (switchboard.CustomerLeg, error) {
	if v := c.numbers.Judge(customer.StoredNumber(o.Number)); !v.Allowed { // the gate has said so before; nothing passes it by
		c.board.Refused(string(v.Class))
		return nil, fmt.Errorf("dial: numbers of class %s may not be dialled", v.Class)
	}
	way := c.line(o.Trunk)
	if !way.settings.Registered(o.CallerID) { // Rules T-07, T-14
		return nil, fmt.Errorf("dial over trunk %s: the caller id is not registered there", o.Trunk)
	}
	leg, err := rtpleg.Open(rtpleg.Config{
		Ports: c.ports, LocalIP: way.local, AllowedSources: way.MediaPrefixes, Logger: c.logger, Metrics: c.metrics,
		Secure: way.SRTP == sip.SRTPMandatory,
	})
	if err != nil {
		return nil, fmt.Errorf("open customer leg: %w", err)
	}
	id := fnv.New64a()
	_, _ = id.Write(o.AttemptID[:])
	local := netip.AddrPortFrom(way.local, leg.LocalAddr().Port())
	l := &customerLeg{media: leg, report: report, answered: func() { c.board.Note(o.Trunk, false) }, logger: c.logger.With("call_id", o.CallID, "attempt_id", o.AttemptID, "trunk", o.Trunk)}
	l.mu.Lock() // the first event waits until the dialog is known
	defer l.mu.Unlock()
	if l.release, err = c.board.Take(o.Trunk); err != nil {
		return l.notDialled(err), nil
	}
	l.dialog, err = c.agent.Invite(ctx, sip.InviteRequest{
		Trunk: o.Trunk, Number: o.Number, CallID: o.AttemptID.String(), CallerID: o.CallerID, Offer: sip.BuildOffer(local, id.Sum64()>>1),
	}, l.handle)
	if errors.Is(err, sip.ErrUnknownTrunk) {
		return l.notDialled(err), nil
	}
	if err != nil {
		l.release()
		_ = leg.Close()
		return nil, fmt.Errorf("send INVITE: %w", err)
	}
	return l, nil
}

// customerLeg is one dialog with its media.
type customerLeg struct {
	media  *rtpleg.Leg
	report func(switchboard.CarrierEvent)
	logger *slog.Logger
	// release gives the place on the trunk back; nil when none was had.
	release  func()
	answered func()
	// lateOffer: the customer called without a description, which comes with the ACK.
	lateOffer bool

	mu     sync.Mutex
	dialog *sip.Call
	closed bool

	branch  string // whose description is current; of the dialog's goroutine
	held    bool   // by the far side
	refused bool   // the answer was: what comes after is no event of the call; of the dialog's goroutine
}

func (l *customerLeg) Media() media.Leg { return l.media }
func (l *customerLeg) Cancel(reason string) {
	if l.dialog != nil {
		l.dialog.Cancel(reason)
	}
}

func (l *customerLeg) Bye(reason string) {
	if l.dialog != nil {
		l.dialog.Bye(reason)
	}
}

// notDialled is a leg without a dialog: the trunk took no more calls, or was
// taken out, between the choice and the INVITE. The call hears of it as of any
// failure, so the attempt keeps its row (Rule T-06) and the next trunk is tried.
func (l *customerLeg) notDialled(err error) *customerLeg {
	failed := switchboard.LegFailed{At: time.Now(), Err: err}
	go l.report(failed) // it goes to the one who dials
	return l
}

// OnHold reports whether the far side has put us on hold: sendonly, inactive, or
// the old way, address 0.0.0.0.
func (l *customerLeg) OnHold() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held
}

// Close ends a dialog that is still up and frees the ports.
func (l *customerLeg) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.Bye("closed") // nothing happens when it has ended
	if l.release != nil {
		l.release()
	}
	if err := l.media.Close(); err != nil {
		l.logger.Debug("customer media closed", "error", err)
	}
}

// handle translates the dialog's events. It runs on the dialog's goroutine.
func (l *customerLeg) handle(ev sip.Event) {
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	switch e := ev.(type) {
	case sip.Trying:
		l.report(switchboard.LegProvisional{At: e.At, Code: 100})
	case sip.Provisional:
		l.describe(e.ToTag, e.SDP, e.Media, e.MediaErr)
		l.report(switchboard.LegProvisional{At: e.At, Code: e.Code})
	case sip.Answered:
		if closed { // the call was given up meanwhile: nobody may be left in a dead line
			l.Bye("answered_too_late")
			return
		}
		l.answered()
		if errors.Is(e.MediaErr, sip.ErrEncryption) {
			// No word may be said in it: it has not been answered for us.
			l.logger.Warn("answer refused", "error", e.MediaErr)
			l.refused = true
			l.Bye("encryption_refused")
			l.report(switchboard.LegFailed{At: e.At, Code: 200, Phrase: "OK", Err: e.MediaErr, Trying: true})
			return
		}
		heard := l.describe(e.ToTag, e.SDP, e.Media, e.MediaErr) || l.lateOffer
		l.report(switchboard.LegAnswered{At: e.At, AfterCancel: e.AfterCancel})
		if !heard { // no law in common: a line without sound is not kept
			l.Bye("no_audio")
			l.report(switchboard.LegHungUp{At: e.At})
		}
	case sip.Offered:
		_ = l.remote(e.ToTag, e.Media) // what cannot be carried stays as it was, and is logged
	case sip.InfoDTMF:
		if len(e.Digit) == 1 {
			l.report(switchboard.LegKey{At: e.At, Digit: e.Digit[0]})
		}
	case sip.Failed:
		l.release()
		l.report(switchboard.LegFailed{At: e.At, Code: e.Code, Phrase: e.Reason, Cause: e.Cause, NoResponse: e.NoResponse, Err: e.Err,
			Trying: e.Trying, Progress: e.Progress, Rang: e.Rang})
	case sip.Ended:
		l.release()
		if !l.refused && e.By != sip.EndLocal {
			l.report(switchboard.LegHungUp{At: e.At, Cause: e.Cause})
		}
	}
}

// describe takes the far side's session description, if there is one. It
// reports whether there is one with audio that we can carry.
func (l *customerLeg) describe(branch string, sdp []byte, m sip.MediaDescription, err error) bool {
	if sdp == nil {
		return false
	}
	if err != nil {
		l.logger.Warn("session description refused", "error", err)
		return false
	}
	return l.remote(branch, m)
}

// remote moves the media to where the far side now is. Of a forked call one
// branch is heard at a time: that of the latest description, and in the end the
// one that answered (signaling/sip, "Forks"). It reports whether the leg can do
// so: one that must be encrypted cannot without keys.
func (l *customerLeg) remote(branch string, m sip.MediaDescription) bool {
	event := m.TelephoneEventPT
	if event == sip.NoPayload {
		event = 0
	}
	addr := m.Addr
	l.mu.Lock()
	l.held = m.Direction != sip.SendRecv || !addr.IsValid() || addr.Addr().IsUnspecified()
	l.mu.Unlock()
	if !m.Direction.Receives() {
		addr = netip.AddrPort{} // on hold: nothing is sent (RFC 3264 8.4)
	}
	set := l.media.SetRemote
	if l.branch != "" && l.branch != branch {
		set = l.media.ReplaceRemote
	}
	l.branch = branch
	if m.Addr.IsValid() { // a stream that is switched off keeps its keys
		var keys *rtpleg.Keys
		if m.Keys != nil {
			keys = new(rtpleg.Keys(*m.Keys))
		}
		if err := l.media.SetKeys(keys); err != nil {
			l.logger.Warn("customer media not encrypted", "error", err)
			return false
		}
	}
	if err := set(addr, media.PayloadType(m.PayloadType), event); err != nil {
		l.logger.Warn("customer media not set", "error", err)
		return false
	}
	return true
}
