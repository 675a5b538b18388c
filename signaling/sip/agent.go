package sip

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	sipmsg "github.com/emiago/sipgo/sip"
)

// UserAgent dials customers over the configured trunks. Its methods are safe
// for concurrent use.
type UserAgent struct {
	cfg     UserAgentConfig
	log     *slog.Logger
	metrics *metrics
	lines   atomic.Pointer[[]*line] // as configured; those of calls may be older
	sources atomic.Pointer[[]netip.Prefix]
	guard   *guard
	// admitting keeps an older list of sources from replacing a newer one.
	admitting sync.Mutex

	stack     *sipgo.UserAgent
	udpAddr   sipmsg.Addr // local address of the UDP socket, for sipgo
	listeners []listener

	registering context.Context // ends when bindings are to be taken back
	unregister  context.CancelFunc
	registrars  sync.WaitGroup
	replacing   sync.Mutex // one change of the trunks at a time

	ctx    context.Context // ends when Stop has waited long enough
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	running bool
	stopped chan struct{} // closed when Stop is through; nil before Start
	calls   map[callKey]*Call
}

// callKey finds a call again: our tag alone would do, but Call-IDs are what
// operators compare.
type callKey struct{ callID, localTag string }

// NewUserAgent checks the configuration. Nothing is opened before Start.
func NewUserAgent(cfg UserAgentConfig) (*UserAgent, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("sip: %w", err)
	}
	u := &UserAgent{
		cfg: cfg, log: cfg.Logger, metrics: newMetrics(cfg.Registerer, cfg.Trunks), calls: map[callKey]*Call{},
	}
	lines := make([]*line, 0, len(cfg.Trunks))
	for _, t := range cfg.Trunks {
		lines = append(lines, newLine(u, t))
	}
	u.lines.Store(&lines)
	u.refreshSources()
	u.guard = newGuard(u)
	return u, nil
}

// Start opens the listeners, resolves the trunks and begins to watch them. A
// trunk whose host cannot be resolved is down, not an error. A user agent
// starts once; ctx bounds only the start.
func (u *UserAgent) Start(ctx context.Context) error {
	defer u.refreshSources() // takes mu itself
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stopped != nil {
		return fmt.Errorf("sip: start a second time")
	}
	if err := u.listen(ctx); err != nil {
		return fmt.Errorf("sip: %w", err)
	}
	u.stopped = make(chan struct{})
	u.running = true
	u.ctx, u.cancel = context.WithCancel(context.WithoutCancel(ctx))
	u.registering, u.unregister = context.WithCancel(u.ctx)
	for _, l := range *u.lines.Load() {
		if err := l.lookUp(ctx); err != nil {
			u.log.Warn("resolve trunk", "trunk", l.Name, "error", err)
		}
		l.begin(nil)
	}
	return nil
}

// Stop takes no more calls, cancels what rings, ends what talks, waits at most
// StopTimeout for the answers, takes registrations back (within 2 s), and
// returns when every goroutine has ended;
// handlers must therefore return. It may be called several times.
func (u *UserAgent) Stop() {
	u.mu.Lock()
	if u.stopped == nil {
		u.mu.Unlock()
		return
	}
	stopped := u.stopped
	if !u.running {
		u.mu.Unlock()
		<-stopped
		return
	}
	u.running = false
	calls := slices.Collect(maps.Values(u.calls))
	u.mu.Unlock()

	limit := time.NewTimer(u.cfg.StopTimeout)
	defer limit.Stop()
	for _, c := range calls {
		c.box.post(c.shutdown)
	}
	expired := false
	for _, c := range calls {
		if expired {
			break
		}
		select {
		case <-c.done:
		case <-limit.C:
			expired = true
		}
	}
	for _, c := range calls {
		c.box.post(c.abort)
	}
	u.unregister()
	u.registrars.Wait()
	u.cancel()
	for _, l := range u.listeners {
		l.close()
	}
	if err := u.stack.Close(); err != nil {
		u.log.Debug("close sip stack", "error", err)
	}
	u.wg.Wait()
	close(stopped)
}

// InviteRequest is one call to make.
type InviteRequest struct {
	Trunk  string
	Number string // E.164 or as dialled; the trunk's rewriting applies
	CallID string // our id of the call, becomes part of the SIP Call-ID; may be empty
	// Offer is the session description, see BuildOffer. The trunk's encryption
	// is put into it.
	Offer []byte
	// CallerID replaces the trunk's own when not empty.
	CallerID string
	// OnOffer answers an offer made by the far side during the call; nil means
	// Answer applied to our last description. It runs on the call's goroutine
	// and must not block; an error refuses the offer with 488.
	OnOffer func(offer []byte) (answer []byte, err error)
}

// Invite dials. It returns at once; all that happens comes to h. ctx covers
// only this function: a dial is ended by Cancel. Errors mean that no call exists.
func (u *UserAgent) Invite(ctx context.Context, r InviteRequest, h Handler) (*Call, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l := u.line(r.Trunk)
	if l == nil {
		return nil, fmt.Errorf("%w: %s", ErrUnknownTrunk, r.Trunk)
	}
	number, err := l.dialled(r.Number)
	if err != nil {
		return nil, err
	}
	callerID := l.CallerID
	if r.CallerID != "" {
		if callerID, err = userPart(r.CallerID); err != nil {
			return nil, err
		}
	}
	session, err := ParseSession(r.Offer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOffer, err)
	}
	if l.SRTP.on() {
		session = session.Secured(l.SRTP)
		r.Offer = session.Bytes()
	}
	c := newCall(l, r, h, session, number, callerID)
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.running {
		return nil, ErrNotRunning
	}
	u.calls[c.key] = c
	u.metrics.active.Inc()
	u.wg.Go(c.deliver)
	u.wg.Go(c.run)
	return c, nil
}

func (u *UserAgent) line(name string) *line {
	for _, l := range *u.lines.Load() {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// find is the call that a request of the far side belongs to: its To-tag is ours.
func (u *UserAgent) find(m sipmsg.Message, localTag string) *Call {
	id := m.CallID()
	if id == nil || localTag == "" {
		return nil
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.calls[callKey{id.Value(), localTag}]
}

func (u *UserAgent) forget(c *Call) {
	u.mu.Lock()
	delete(u.calls, c.key)
	u.mu.Unlock()
	if c.line.retired.Load() {
		u.refreshSources() // it may have been the last of a trunk that is gone
	}
}

func (u *UserAgent) transactions() *sipmsg.TransactionLayer { return u.stack.TransactionLayer() }

// send puts a request that has no transaction (ACK) on the wire.
func (u *UserAgent) send(req *sipmsg.Request) error {
	return transportError(u.stack.TransportLayer().WriteMsg(req))
}

// advertised is the host that we put into Via and Contact towards addr.
func (u *UserAgent) advertised(ctx context.Context, addr netip.AddrPort) (string, error) {
	if u.cfg.AdvertisedHost != "" {
		return u.cfg.AdvertisedHost, nil
	}
	for _, l := range u.listeners {
		if a, err := netip.ParseAddrPort(l.addr.String()); err == nil && !a.Addr().IsUnspecified() {
			return a.Addr().Unmap().String(), nil
		}
	}
	// Listening everywhere: the address that the system would send from.
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", addr.String()) // sends nothing
	if err != nil {
		return "", err
	}
	defer c.Close()
	a, err := netip.ParseAddrPort(c.LocalAddr().String())
	return a.Addr().Unmap().WithZone("").String(), err
}
