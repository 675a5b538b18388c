package signaling

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"huifang/signaling/wire"
)

// claim is what a page that connects says of itself.
type claim struct {
	epoch    string
	since    uint64
	takeover bool
}

// session is a user's softphone over the life of many sockets. An epoch
// belongs to one tab: whoever comes with another gets a new one, so that a tab
// that was replaced cannot slip back in.
type session struct {
	hub *Hub
	// turn is taken to run a command: one after another, whatever socket they came by.
	turn chan struct{}
	// word is held while the watcher is told, so that it hears things in order.
	word sync.Mutex

	mu    sync.Mutex
	user  User
	epoch string
	seq   uint64 // of the last event
	ring  ring
	conn  *conn // nil while no page is connected
	// away runs while no page is connected; absence tells one from another.
	away    *time.Timer
	absence uint64
	ended   bool // the hub is closed
	dials   dialMemory
}

func newSession(h *Hub, u User) *session {
	return &session{hub: h, user: u, epoch: uuid.NewString(), turn: make(chan struct{}, 1)}
}

func (s *session) live() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn != nil
}

// publish numbers an event, remembers it and hands it to the socket.
func (s *session) publish(t wire.EventType, data json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frame, err := json.Marshal(wire.Event{Seq: s.seq + 1, Type: t, Data: data})
	if err != nil {
		s.hub.cfg.Logger.Error("event not encoded", "type", t, "error", err)
		return
	}
	s.seq++
	s.ring.push(s.seq, frame)
	s.hub.cfg.Metrics.published()
	if s.conn != nil {
		s.conn.enqueue(frame)
	}
}

// reply answers a command on the socket it came by. Its number is that of the
// last event, which has left before it.
func (s *session) reply(c *conn, r wire.Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	frame, err := wire.EncodeEvent(s.seq, wire.TypeReply, r)
	if err != nil {
		s.hub.cfg.Logger.Error("reply not encoded", "error", err)
		return
	}
	c.enqueue(frame)
}

// serve carries one socket from its first to its last word.
func (s *session) serve(ctx context.Context, ws *websocket.Conn, u User, cl claim) {
	c := newConn(s, ws, u)
	if !s.attach(ctx, c, cl) {
		return
	}
	s.tellConnected(c)
	c.run(ctx)
	s.detach(c)
	s.hub.cfg.Metrics.closed(c.cause())
	s.hub.cfg.Logger.Debug("softphone socket closed", "agent_id", u.ID, "cause", c.cause())
}

// attach makes c the session's socket, or turns it away. What follows the
// hello has the numbers from hello.seq+1 on, without gap.
func (s *session) attach(ctx context.Context, c *conn, cl claim) bool {
	s.mu.Lock()
	base := s.seq // before Presence is read: what happens meanwhile is sent again
	s.mu.Unlock()
	asking, cancel := context.WithTimeout(ctx, s.hub.cfg.Timing.Command)
	defer cancel()
	p, err := s.hub.cfg.Desk.Presence(asking, c.user)
	if err != nil {
		s.hub.cfg.Logger.Error("presence not read", "agent_id", c.user.ID, "error", err)
		s.hub.turnAway(c.ws, websocket.CloseTryAgainLater, "presence unknown")
		return false
	}
	if code, reason := s.admit(c, cl, p, base); code != 0 {
		s.hub.cfg.Metrics.opened("refused")
		s.hub.turnAway(c.ws, code, reason)
		return false
	}
	return true
}

// admit decides over a socket; a close code other than 0 turns it away.
func (s *session) admit(c *conn, cl claim, p Presence, base uint64) (code int, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := cl.epoch != "" && cl.epoch == s.epoch && cl.since <= s.seq
	switch {
	case s.ended:
		return websocket.CloseServiceRestart, "the server restarts"
	case s.conn != nil && !s.conn.ending() && !same && !cl.takeover:
		return CloseRefused, "another tab is connected"
	case !same:
		s.epoch = uuid.NewString()
	}
	resumed := same && s.ring.covers(cl.since, s.seq)
	result := "reset"
	if resumed {
		base, result = cl.since, "resume"
	}
	missed, covered := s.ring.after(base, s.seq)
	hello, err := wire.EncodeEvent(base, wire.TypeHello, greeting{
		Epoch: s.epoch, Seq: base, Reset: !resumed, SessionID: c.user.SessionID,
		Agent: p.Agent, Media: normalMedia(p.Media), Call: p.Call, Offer: p.Offer, System: p.System,
	})
	if err != nil || !covered {
		s.hub.cfg.Logger.Error("hello not made", "agent_id", c.user.ID, "error", err)
		return websocket.CloseTryAgainLater, "try again"
	}
	if s.conn != nil {
		s.conn.close(CloseReplaced, "another tab has taken over", "replaced")
	}
	s.present()
	c.first = append([][]byte{hello}, missed...)
	s.conn, s.user = c, c.user
	s.hub.cfg.Metrics.opened(result)
	return 0, ""
}

// present stops the clock of the lost page. The lock is held.
func (s *session) present() {
	s.absence++
	if s.away != nil {
		s.away.Stop()
		s.away = nil
	}
}

// greeting is wire.Hello with the parts that the desk gave as they are.
type greeting struct {
	Epoch     string     `json:"epoch"`
	Seq       uint64     `json:"seq"`
	Reset     bool       `json:"reset"`
	SessionID uuid.UUID  `json:"session_id"`
	Agent     any        `json:"agent"`
	Media     wire.Media `json:"media"`
	Call      any        `json:"call"`
	Offer     any        `json:"offer"`
	System    any        `json:"system"`
}

// normalMedia makes absent lists empty ones: no list is null on the wire.
func normalMedia(m wire.Media) wire.Media {
	if m.ICEServers == nil {
		m.ICEServers = []wire.ICEServer{}
	}
	return m
}

// detach notes that a socket has ended. When it was the live one, the clock of
// the lost page starts.
func (s *session) detach(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c {
		return
	}
	s.conn = nil
	if s.ended {
		return
	}
	s.absence++
	this := s.absence
	s.away = time.AfterFunc(s.hub.cfg.Timing.LostAfter, func() { s.tellLost(this) })
}

func (s *session) tellConnected(c *conn) {
	s.word.Lock()
	defer s.word.Unlock()
	s.mu.Lock()
	current := s.conn == c
	s.mu.Unlock()
	if current {
		s.hub.cfg.Desk.Connected(c.user)
	}
}

// tellLost reports a page that did not come back, unless it has.
func (s *session) tellLost(absence uint64) {
	s.word.Lock()
	defer s.word.Unlock()
	s.mu.Lock()
	if s.absence != absence || s.ended {
		s.mu.Unlock()
		return
	}
	s.away = nil
	u := s.user
	// Nobody will resume: the next page begins anew.
	s.epoch, s.ring, s.dials = uuid.NewString(), ring{}, dialMemory{}
	s.mu.Unlock()
	s.hub.cfg.Metrics.pageLost()
	s.hub.cfg.Logger.Warn("softphone page lost", "agent_id", u.ID)
	s.hub.cfg.Desk.Lost(u)
}

// signedOut closes the socket when it is of those whose sign-in is over.
func (s *session) signedOut(of func(User) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil && of(s.conn.user) {
		s.conn.close(CloseSignIn, "sign in again", "sign_in")
	}
}

func (s *session) shutdown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.present()
	if s.conn != nil {
		s.conn.close(websocket.CloseServiceRestart, "the server restarts", "shutdown")
	}
}
