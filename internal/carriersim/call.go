package carriersim

import (
	"errors"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// ending ends a script: the call is over, for this reason.
type ending struct{ end End }

func (e ending) Error() string { return "end call: " + string(e.end) }

// call is one call, owned by its goroutine; only inbox and record are shared.
type call struct {
	sim       *Simulator
	key       string
	behaviour Behaviour
	seconds   time.Duration
	inbox     chan event

	way          path
	inviteTx     *serverTx
	invite       *sip.Request
	tag          string
	remoteTarget sip.Uri
	cseq         uint32 // of our last request
	stop         <-chan struct{}

	final   *resend // a final response to an INVITE, until its ACK
	forked  *resend // the same of the second branch
	forkTag string
	pending *pendingRequest
	lastACK []byte // for a 2xx that comes again

	deaf       bool                  // answers nothing
	challenged bool                  // takes a second INVITE, with credentials
	byeCode    int                   // the answer to BYE
	onCancel   func(*serverTx) error // replaces what CANCEL does
	preferPCMU bool
	inTheClear bool // answers without encryption, whatever is offered

	media      *stream
	session    uint64
	version    int
	local      description
	remoteSide direction // as the peer last described itself
	lateOffer  bool      // the answer comes in the ACK
	quietSince time.Time // from when on the peer's silence counts

	mu     sync.Mutex
	record Call
}

func newCall(s *Simulator, tx *serverTx) *call {
	r := tx.request
	behaviour, seconds := Choose(r.Recipient.User)
	c := &call{
		sim: s, key: dialogKey(r), behaviour: behaviour, seconds: seconds,
		inbox: make(chan event, 64), stop: s.quit, byeCode: 200,
		way: tx.way, inviteTx: tx, invite: r, tag: newTag(),
		remoteSide: sendrecv,
		record: Call{
			Number: r.Recipient.User, CallID: r.CallID().Value(), Behaviour: behaviour.Name,
			State: StateInvited, Invited: time.Now(),
		},
	}
	if contact := r.Contact(); contact != nil {
		c.remoteTarget = *contact.Address.Clone()
	} else {
		c.remoteTarget = *r.From().Address.Clone()
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.Recipient.User)) // never an error
	c.session = h.Sum64() >> 2
	return c
}

// post puts a message into the inbox. A full inbox loses it, as a socket would.
func (c *call) post(ev event) {
	select {
	case c.inbox <- ev:
	default:
	}
}

// live runs the call from its INVITE to its end.
func (c *call) live() {
	err := c.run()
	reason := EndRefused
	var over ending
	if errors.As(err, &over) {
		reason = over.end
	}
	c.close(reason)
}

func (c *call) run() error {
	if c.behaviour.Name == "silence" {
		return c.behaviour.run(c, c.seconds)
	}
	if required := c.invite.GetHeader("Require"); required != nil {
		c.reject(420, "Unsupported", required.Value())
		return nil
	}
	c.respond(100)
	return c.behaviour.run(c, c.seconds)
}

// close ends the call towards the peer and waits until that has heard of it, at
// most 32 s (RFC 3261 17.2.1), and not much longer than the simulator runs.
func (c *call) close(reason End) {
	patience := giveUpAfter
	if reason == EndStopped {
		patience = t1
	}
	answered := c.current() == StateAnswered
	if reason == EndStopped && !answered && !c.deaf && !c.finalSent() {
		c.reject(503)
	}
	c.update(func(r *Call) { r.State, r.End, r.Ended = StateEnded, reason, time.Now() })
	if answered && reason != EndCaller {
		c.final = nil
		c.send(sip.BYE, nil, q850(16)...)
	}
	_ = c.serve(patience, func() bool { return c.final == nil && c.pending == nil })
	if c.media != nil {
		c.media.close()
	}
	c.summarise()
}

func (c *call) summarise() {
	r := c.snapshot()
	c.sim.metrics.received.Add(float64(r.PacketsReceived))
	c.sim.metrics.sent.Add(float64(r.PacketsSent))
	var ring, talk time.Duration
	if !r.Ringing.IsZero() {
		ring = r.Ended.Sub(r.Ringing)
	}
	if !r.Answered.IsZero() {
		talk = r.Ended.Sub(r.Answered)
		if !r.Ringing.IsZero() {
			ring = r.Answered.Sub(r.Ringing)
		}
	}
	c.sim.log.Info("simulated call ended", "behaviour", r.Behaviour, "end", r.End, "sip_code", r.Final,
		"ring_ms", ring.Milliseconds(), "talk_ms", talk.Milliseconds(),
		"received_packets", r.PacketsReceived, "sent_packets", r.PacketsSent, "dtmf_digits", len(r.Digits))
}

// update changes the record and wakes those who wait for it.
func (c *call) update(change func(*Call)) {
	c.mu.Lock()
	change(&c.record)
	c.mu.Unlock()
	c.sim.announce()
}

func (c *call) current() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.record.State
}

func (c *call) finalSent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.record.Final != 0
}

// setMedia makes the stream visible to snapshots.
func (c *call) setMedia(s *stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.media = s
}

func (c *call) snapshot() Call {
	c.mu.Lock()
	r, media := c.record, c.media
	r.Responses, r.Requests = slices.Clone(r.Responses), slices.Clone(r.Requests)
	c.mu.Unlock()
	if media != nil {
		media.report(&r)
	}
	return r
}
