package carriersim

import (
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// The timers of RFC 3261 17.1.1.1.
const (
	t1          = 500 * time.Millisecond
	t2          = 4 * time.Second
	giveUpAfter = 64 * t1
)

// allow is what is written in Allow.
const allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY, MESSAGE"

// foreignTag is our To tag in responses outside any call.
const foreignTag = "carrier"

// serverTx is all that is left of a server transaction: the way back and the
// last response, for retransmissions of the request.
type serverTx struct {
	way     path
	request *sip.Request
	expires time.Time

	mu   sync.Mutex
	last []byte
}

// respond sends a response and remembers it. A send error is left to the
// peer's timers, like a lost packet.
func (t *serverTx) respond(r *sip.Response) {
	message := []byte(r.String())
	t.mu.Lock()
	t.last = message
	t.mu.Unlock()
	_ = t.way.send(message)
}

func (t *serverTx) repeat() {
	t.mu.Lock()
	last := t.last
	t.mu.Unlock()
	if last != nil {
		_ = t.way.send(last)
	}
}

// event is one message in a call's inbox.
type event struct {
	tx       *serverTx // nil for a response
	request  *sip.Request
	response *sip.Response
}

// receive sorts a message to its call. It runs on the reader of the socket, so
// that messages keep their order, and waits for nothing.
func (s *Simulator) receive(m sip.Message, way path) {
	if m.Via() == nil || m.CallID() == nil || m.From() == nil || m.To() == nil || m.CSeq() == nil {
		s.metrics.malformed.Inc()
		return
	}
	switch m := m.(type) {
	case *sip.Request:
		m.SetSource(way.remote())
		s.receiveRequest(m, way)
	case *sip.Response:
		branch, _ := m.Via().Params.Get("branch")
		s.mu.Lock()
		defer s.mu.Unlock()
		if c := s.requests[branch]; c != nil {
			c.post(event{response: m})
		}
	}
}

func (s *Simulator) receiveRequest(r *sip.Request, way path) {
	if answer := s.sort(r, way); answer != nil {
		answer()
	}
}

// sort gives a request to its call, or returns how to answer it without one.
func (s *Simulator) sort(r *sip.Request, way path) (answer func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.calls[dialogKey(r)]
	if r.Method == sip.ACK { // belongs to a response and has none of its own
		if c != nil {
			c.post(event{request: r})
		}
		return nil
	}
	key := transactionKey(r, r.Method)
	if known := s.seen[key]; known != nil {
		return known.repeat
	}
	tx := s.remember(key, r, way)
	_, inDialog := r.To().Params.Get("tag")
	switch {
	case c != nil && (inDialog || r.Method == sip.INVITE || r.Method == sip.BYE ||
		r.Method == sip.CANCEL && s.seen[transactionKey(r, sip.INVITE)] != nil):
		c.post(event{tx: tx, request: r})
		return nil
	case r.Method == sip.CANCEL || r.Method == sip.BYE || inDialog:
		return func() { tx.respond(newResponse(r, 481, foreignTag)) }
	case s.stopping:
		return func() { tx.respond(newResponse(r, 503, foreignTag)) }
	case r.Method == sip.INVITE:
		s.admit(tx)
		return nil
	case r.Method == sip.OPTIONS:
		return func() { tx.respond(newResponse(r, 200, foreignTag, "Allow", allow, "Accept", "application/sdp")) }
	default:
		return func() { tx.respond(newResponse(r, 405, foreignTag, "Allow", allow)) }
	}
}

// remember opens a server transaction; s.mu is held.
func (s *Simulator) remember(key string, r *sip.Request, way path) *serverTx {
	now := time.Now()
	if len(s.seen)%64 == 63 {
		for k, t := range s.seen {
			if now.After(t.expires) {
				delete(s.seen, k)
			}
		}
	}
	// An INVITE lives as long as its call; it is looked up for CANCEL by then.
	life := giveUpAfter
	if r.Method == sip.INVITE {
		life = time.Hour
	}
	tx := &serverTx{way: way, request: r, expires: now.Add(life)}
	s.seen[key] = tx
	return tx
}

// admit starts a call; s.mu is held.
func (s *Simulator) admit(tx *serverTx) {
	c := newCall(s, tx)
	s.calls[c.key] = c
	s.history = append(s.history, c)
	if len(s.history) > historyLimit {
		for i, old := range s.history {
			if s.calls[old.key] != old {
				s.history = append(s.history[:i:i], s.history[i+1:]...)
				break
			}
		}
	}
	s.metrics.calls.WithLabelValues(c.behaviour.Name).Inc()
	s.metrics.active.Inc()
	s.talking.Add(1)
	go func() {
		defer s.talking.Done()
		c.live()
		s.forget(c)
	}()
}

// forget takes an ended call out of the tables. Requests that reached its inbox
// too late are answered as any request outside a dialog.
func (s *Simulator) forget(c *call) {
	s.mu.Lock()
	delete(s.calls, c.key)
	for branch, owner := range s.requests {
		if owner == c {
			delete(s.requests, branch)
		}
	}
	s.mu.Unlock() // nobody posts to c from here on
	s.metrics.active.Dec()
	for {
		select {
		case ev := <-c.inbox:
			if ev.tx != nil && !c.deaf {
				ev.tx.respond(newResponse(ev.request, 481, c.tag))
			}
		default:
			return
		}
	}
}

// route makes responses to a branch of ours reach the call.
func (s *Simulator) route(branch string, c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[branch] = c
}

// dialogKey names the call of a request from the caller: Call-ID and the
// caller's tag. Our own tag is left out, as a forked call has two.
func dialogKey(r *sip.Request) string {
	tag, _ := r.From().Params.Get("tag")
	return r.CallID().Value() + "|" + tag
}

// transactionKey names a server transaction (RFC 3261 17.2.3). CANCEL has the
// branch of its INVITE, so the method is part of it.
func transactionKey(r *sip.Request, method sip.RequestMethod) string {
	via := r.Via()
	branch, _ := via.Params.Get("branch")
	return strings.Join([]string{branch, via.SentBy(), string(method)}, "|")
}
