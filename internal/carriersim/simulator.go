package carriersim

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"huifang/media/tone"
)

// historyLimit is how many ended calls [Simulator.Calls] remembers.
const historyLimit = 1000

var (
	errStarted = errors.New("start simulated carrier: it was started before")
	errStopped = errors.New("start simulated carrier: it was stopped before")
)

// Simulator is the simulated carrier. All methods are safe for concurrent use.
type Simulator struct {
	cfg     resolved
	log     *slog.Logger
	metrics *metrics
	guard   *guard
	voices  voices
	// Sounds of other packages, shared and never written to.
	hold, ringback []byte

	udp  *net.UDPConn
	tcp  *net.TCPListener
	addr netip.AddrPort

	quit     chan struct{} // closed when calls are to end
	stopOnce sync.Once
	talking  sync.WaitGroup // call goroutines
	wg       sync.WaitGroup // everything else

	mu       sync.Mutex
	started  bool
	stopping bool
	calls    map[string]*call // live, by dialog
	requests map[string]*call // live, by branch of a request of ours
	history  []*call          // in order of arrival
	seen     map[string]*serverTx
	conns    map[*net.TCPConn]struct{}
	changed  chan struct{} // closed and replaced when a call changes
}

// New checks the configuration and registers the metrics. Nothing runs before
// [Simulator.Start].
func New(cfg Config) (*Simulator, error) {
	r, err := cfg.resolve()
	if err != nil {
		return nil, err
	}
	v, err := loadVoices()
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(cfg.Registerer)
	if err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	return &Simulator{
		cfg: r, log: r.Logger, metrics: m, guard: newGuard(r.Credentials), voices: v, hold: tone.Hold(), ringback: tone.Ringback(),
		quit:  make(chan struct{}),
		calls: make(map[string]*call), requests: make(map[string]*call),
		seen: make(map[string]*serverTx), conns: make(map[*net.TCPConn]struct{}),
		changed: make(chan struct{}),
	}, nil
}

// Start listens and takes calls until [Simulator.Stop] or the end of ctx. It
// returns when the sockets are open.
func (s *Simulator) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return errStopped
	}
	if s.started {
		return errStarted
	}
	var err error
	if s.udp, s.tcp, err = listen(s.cfg.listen); err != nil {
		return err
	}
	s.started = true
	port := s.udp.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	s.addr = netip.AddrPortFrom(s.cfg.host(), port)
	s.wg.Go(s.readUDP)
	s.wg.Go(s.acceptTCP)
	s.wg.Go(func() {
		select {
		case <-ctx.Done():
			s.end()
		case <-s.quit:
		}
		s.talking.Wait() // calls say good-bye over the sockets
		s.closeSockets()
	})
	s.log.Info("simulated carrier started", "sip_addr", s.addr.String())
	return nil
}

// Stop ends all calls (BYE, or 503 while they ring), closes the sockets and
// waits for every goroutine. It may be called more than once, and before Start.
func (s *Simulator) Stop() {
	s.end()
	s.wg.Wait()
}

func (s *Simulator) end() {
	s.stopOnce.Do(func() {
		s.mu.Lock()
		s.stopping = true
		s.mu.Unlock()
		close(s.quit)
	})
}

func (s *Simulator) closeSockets() {
	_ = s.udp.Close()
	_ = s.tcp.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for conn := range s.conns {
		_ = conn.Close()
	}
	s.conns = nil
}

// adopt remembers a connection, to be closed at the end. It is false when that
// has come.
func (s *Simulator) adopt(conn *net.TCPConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns == nil {
		return false
	}
	s.conns[conn] = struct{}{}
	return true
}

func (s *Simulator) disown(conn *net.TCPConn) {
	_ = conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, conn)
}

// Addr is the ip:port for SIP, the same for UDP and TCP; empty before Start.
func (s *Simulator) Addr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		return ""
	}
	return s.addr.String()
}

// Calls is a snapshot of all live calls and the last thousand ended ones, in the
// order of their INVITEs.
func (s *Simulator) Calls() []Call {
	s.mu.Lock()
	history := append([]*call(nil), s.history...)
	s.mu.Unlock()
	calls := make([]Call, len(history))
	for i, c := range history {
		calls[i] = c.snapshot()
	}
	return calls
}

// Await returns the first call that match accepts, as soon as there is one, or
// the error of ctx. Media figures are looked at every 50 ms.
func (s *Simulator) Await(ctx context.Context, match func(Call) bool) (Call, error) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		for _, c := range s.Calls() {
			if match(c) {
				return c, nil
			}
		}
		select {
		case <-ctx.Done():
			return Call{}, fmt.Errorf("await call: %w", ctx.Err())
		case <-changed:
		case <-ticker.C:
		}
	}
}

// announce wakes everyone in Await.
func (s *Simulator) announce() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}
