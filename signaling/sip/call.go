package sip

import (
	"strings"
	"sync/atomic"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Call is one INVITE, ours or the far side's, and the dialog it may lead to. Its methods only post to
// the call's goroutine: they never block and may be called from its handler.
type Call struct {
	ua      *UserAgent
	line    *line
	key     callKey
	handler Handler
	onOffer func([]byte) ([]byte, error)
	box     *mailbox[func()]
	events  *mailbox[Event]
	done    chan struct{}
	leaving atomic.Bool // Stop is going on
	// incoming is nil when we dialled.
	incoming *incoming

	// What follows belongs to run.
	machine  *machine
	timers   [timerCount]callTimer
	finished bool
	number   string
	callerID string
	session  Session // our side of the media
	offer    []byte

	invite    *sipmsg.Request
	inviteTx  *sipmsg.ClientTx
	early     []func() // responses that came before opened
	late      []func() // 2xx that may have come after the refusal
	sentAt    time.Time
	responded bool
	host      string // advertised to this trunk

	dialogs map[string]*dialog // by To-tag, early ones too
	dlg     *dialog            // the winner's, nil before the answer
	losers  map[string]bool    // To-tags of released 2xx
	acks    map[string]*sipmsg.Request
	remote  remoteSide
	refresh refresher
}

// callTimer drops expiries that were queued before it was stopped.
type callTimer struct {
	t   *time.Timer
	run int
}

func newCall(l *line, r InviteRequest, h Handler, session Session, number, callerID string) *Call {
	c := &Call{
		ua: l.ua, line: l, handler: h, onOffer: r.OnOffer, box: newMailbox[func()](), events: newMailbox[Event](),
		done: make(chan struct{}), machine: newMachine(l.ua.cfg.limits.reAck), number: number, callerID: callerID,
		session: session, offer: r.Offer, dialogs: map[string]*dialog{}, losers: map[string]bool{}, acks: map[string]*sipmsg.Request{},
	}
	c.key = callKey{callID: token(r.CallID) + sipmsg.GenerateTagN(12), localTag: sipmsg.GenerateTagN(16)}
	return c
}

// token keeps what may stand in a Call-ID (RFC 3261 25.1 "word").
func token(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("-._~", r) {
			return r
		}
		return -1
	}, s)
	if len(kept) > 64 {
		kept = kept[:64]
	}
	if kept != "" {
		kept += "-"
	}
	return kept
}

// SIPCallID is the Call-ID on the wire, for evidence and for the carrier's support.
func (c *Call) SIPCallID() string { return c.key.callID }

// Trunk names the trunk.
func (c *Call) Trunk() string { return c.line.Name }

// Done is closed when the handler has returned from the terminal event.
func (c *Call) Done() <-chan struct{} { return c.done }

// Cancel ends a call that is not answered. CANCEL leaves with the first 1xx at
// the earliest (RFC 3261 9.1). The end comes as Failed; when an answer crosses
// it, Answered with AfterCancel comes instead and the call is the owner's to
// bridge or to end by Bye. Without effect on an answered call, or repeated.
func (c *Call) Cancel(reason string) {
	c.box.post(func() { c.input(inCancel{at: time.Now(), reason: reason}) })
}

// Bye ends an answered call; before the answer it is Cancel. Ended follows.
func (c *Call) Bye(reason string) {
	c.box.post(func() { c.input(inBye{at: time.Now(), reason: reason}) })
}

// run is the call's goroutine.
func (c *Call) run() {
	if c.incoming != nil {
		c.receive()
	} else {
		c.begin()
	}
	c.answeredFinally()
	for !c.finished {
		for _, f := range c.box.take() {
			f()
		}
		c.answeredFinally()
	}
	c.ua.forget(c)
	for _, f := range c.box.close() {
		f() // a request that waits for its answer must get one
	}
	for i := range c.timers {
		c.stopTimer(timer(i))
	}
	c.refresh.stop()
	c.remote.stop()
	if c.inviteTx != nil && c.machine.abandoned {
		c.inviteTx.Terminate()
	}
}

// deliver hands the events to the handler until the terminal one.
func (c *Call) deliver() {
	defer close(c.done)
	for {
		for _, e := range c.events.take() {
			c.handler(e)
			switch e.(type) {
			case Failed, Ended:
				c.events.close()
				return
			}
		}
	}
}

func (c *Call) input(in input) {
	if c.incoming != nil {
		c.perform(c.incoming.step(in))
		return
	}
	c.perform(c.machine.step(in))
}

// shutdown is Stop's wish, abort its command.
func (c *Call) shutdown() {
	c.leaving.Store(true)
	c.input(inBye{at: time.Now(), reason: "shutdown"})
}

func (c *Call) abort() {
	switch {
	case c.finished:
	case c.incoming != nil:
		c.perform(c.incoming.abort(time.Now()))
	default:
		c.perform(c.machine.abort(time.Now()))
	}
}

func (c *Call) perform(todo []action) {
	for _, a := range todo {
		switch a := a.(type) {
		case actInvite:
			c.inviteAgain(a)
		case actCancel:
			c.sendCancel(a.reason)
		case actEarly:
			c.branch(a.res)
		case actPrack:
			c.prack(toTag(a.res), a.rseq)
		case actConfirm:
			c.confirm(a.res)
		case actReAck:
			c.reAck(toTag(a.res))
		case actRelease:
			c.release(a.res)
		case actAckFailure:
			_ = c.ua.send(newFailureAck(c.invite, a.res)) // repeated when it gets lost
		case actBye:
			c.sendBye(a.reason)
		case actDrop:
			if c.inviteTx != nil {
				c.inviteTx.Terminate()
			}
		case actStart:
			c.startTimer(a.timer)
		case actStop:
			c.stopTimer(a.timer)
		case actEmit:
			c.emit(a.event)
		case actRespond:
			c.respondInvite(a)
		case actAccept:
			c.accept()
		case actFinish:
			c.finished = true
		}
	}
}

func (c *Call) emit(e Event) {
	switch p := e.(type) {
	case Provisional:
		p.Media, p.MediaErr = c.described(p.ToTag, p.SDP)
		e = p
	case Answered:
		if c.incoming == nil {
			p.Media, p.MediaErr = c.described(p.ToTag, p.SDP)
			e = p
		}
	}
	switch e := e.(type) {
	case Answered:
		if e.AfterCancel {
			c.ua.metrics.glare.Inc()
		}
		if c.leaving.Load() {
			c.box.post(func() { c.input(inBye{at: time.Now(), reason: "shutdown"}) })
		}
	case Failed:
		if c.incoming == nil {
			c.line.judge(e)
		}
		for _, take := range c.late {
			c.box.post(take)
		}
		c.over(e)
	case Ended:
		c.over(e)
	}
	c.events.post(e)
}

// over is the bookkeeping of the terminal event.
func (c *Call) over(e Event) {
	c.refresh.stop()
	c.ua.metrics.active.Dec()
	c.ua.metrics.ended(c.line.Name, e)
	c.ua.log.Info("sip call over", "trunk", c.line.Name, "sip_call_id", c.key.callID, "event", eventWord(e), "code", eventCode(e))
}

func eventWord(e Event) string {
	if _, ok := e.(Ended); ok {
		return "ended"
	}
	return "failed"
}

func eventCode(e Event) int {
	switch e := e.(type) {
	case Failed:
		return e.Code
	case Ended:
		return e.Code
	}
	return 0
}

func (c *Call) startTimer(t timer) {
	c.stopTimer(t)
	lim := c.ua.cfg.limits
	after := [timerCount]time.Duration{
		timerFirst: c.ua.cfg.FirstResponseTimeout, timerRing: lim.ringing, timerCancel: lim.cancel, timerLinger: lim.linger,
	}[t]
	run := c.timers[t].run
	c.timers[t].t = time.AfterFunc(after, func() {
		c.box.post(func() {
			if c.timers[t].run == run {
				c.input(inTimer{at: time.Now(), timer: t})
			}
		})
	})
}

func (c *Call) stopTimer(t timer) {
	c.timers[t].run++
	if c.timers[t].t != nil {
		c.timers[t].t.Stop()
	}
}
