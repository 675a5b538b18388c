package signaling

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/google/uuid"
	"github.com/gorilla/websocket"

	"huifang/signaling/wire"
)

// maxFrame is the longest frame of a page, in bytes: an offer with its escapes.
const maxFrame = 2*wire.MaxSDP + 4096

// Hub keeps one session per user. All methods are safe for concurrent use.
type Hub struct {
	cfg      Config
	upgrader websocket.Upgrader

	mu       sync.Mutex
	sessions map[uuid.UUID]*session
	closed   bool
	serving  sync.WaitGroup
}

// NewHub makes a hub; the error says what Config lacks.
func NewHub(cfg Config) (*Hub, error) {
	cfg, err := cfg.complete()
	if err != nil {
		return nil, err
	}
	// The zero upgrader lets a page in only from our own origin (RFC 6455 10.2).
	return &Hub{cfg: cfg, sessions: map[uuid.UUID]*session{}, upgrader: websocket.Upgrader{HandshakeTimeout: cfg.Timing.Write}}, nil
}

// Publish sends an event to a user's page and keeps it for one that comes
// back. Without a session it does nothing: a page that comes later reads the
// state from its hello. It never blocks on a socket.
func (h *Hub) Publish(userID uuid.UUID, kind string, data any) {
	h.mu.Lock()
	s := h.sessions[userID]
	h.mu.Unlock()
	if s == nil {
		return
	}
	raw, err := json.Marshal(data)
	if err != nil {
		h.cfg.Logger.Error("event not encoded", "type", kind, "error", err)
		return
	}
	s.publish(wire.EventType(kind), raw)
}

// Broadcast publishes an event to every session.
func (h *Hub) Broadcast(kind string, data any) {
	raw, err := json.Marshal(data)
	if err != nil {
		h.cfg.Logger.Error("event not encoded", "type", kind, "error", err)
		return
	}
	for _, s := range h.all() {
		s.publish(wire.EventType(kind), raw)
	}
}

// Online reports whether a page of the user is connected now.
func (h *Hub) Online(userID uuid.UUID) bool {
	h.mu.Lock()
	s := h.sessions[userID]
	h.mu.Unlock()
	return s != nil && s.live()
}

// SignedOut closes the sockets that a signed-in session opened.
func (h *Hub) SignedOut(sessionID uuid.UUID) {
	for _, s := range h.all() {
		s.signedOut(func(u User) bool { return u.SessionID == sessionID })
	}
}

// UserSignedOut closes the socket of a user whose sessions are all over.
func (h *Hub) UserSignedOut(userID uuid.UUID) {
	h.mu.Lock()
	s := h.sessions[userID]
	h.mu.Unlock()
	if s != nil {
		s.signedOut(func(User) bool { return true })
	}
}

func (h *Hub) all() []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*session, 0, len(h.sessions))
	for _, s := range h.sessions {
		list = append(list, s)
	}
	return list
}

// Serve turns the request into the softphone socket of a user and carries it
// until it ends.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, u User) {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		http.Error(w, "shutting down", http.StatusServiceUnavailable)
		return
	}
	h.serving.Add(1)
	s := h.sessions[u.ID]
	if s == nil {
		s = newSession(h, u)
		h.sessions[u.ID] = s
	}
	h.mu.Unlock()
	defer h.serving.Done()

	ws, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil { // the upgrader has answered
		h.cfg.Logger.Debug("softphone socket not opened", "agent_id", u.ID, "error", err)
		return
	}
	q := r.URL.Query()
	since, err := strconv.ParseUint(q.Get("since"), 10, 64)
	if err != nil {
		since = 0
	}
	claim := claim{epoch: q.Get("epoch"), since: since, takeover: q.Get("takeover") == "1" || q.Get("takeover") == "true"}
	// Commands outlive the socket: what was begun is carried out.
	s.serve(context.WithoutCancel(r.Context()), ws, u, claim)
}

// Refuse opens the socket only to close it with [CloseSignIn]: a browser shows
// a page no more of a refused handshake than that it failed.
func (h *Hub) Refuse(w http.ResponseWriter, r *http.Request) {
	ws, err := h.upgrader.Upgrade(w, r, nil)
	if err != nil { // the upgrader has answered
		return
	}
	h.turnAway(ws, CloseSignIn, "sign in again")
}

// turnAway closes a socket that has no session.
func (h *Hub) turnAway(ws *websocket.Conn, code int, reason string) {
	h.sendClose(ws, code, reason)
	if err := ws.Close(); err != nil {
		h.cfg.Logger.Debug("softphone socket not closed", "error", err)
	}
}

// Close ends every socket (1012, come again), waits for their handlers and
// stops reporting lost pages. It may be called twice.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	for _, s := range h.all() {
		s.shutdown()
	}
	h.serving.Wait()
	for _, s := range h.all() { // what detached meanwhile
		s.shutdown()
	}
}
