package sip

import (
	"context"
	"fmt"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// TrunkState is what OPTIONS and calls tell about a trunk.
type TrunkState string

// The states of a trunk. Any final response to OPTIONS, a refusal too, is a
// sign of life.
const (
	TrunkUnknown TrunkState = "unknown"
	TrunkUp      TrunkState = "up"
	TrunkDown    TrunkState = "down"
)

// TrunkStatus is a trunk as operators see it.
type TrunkStatus struct {
	Name, Transport, Address, CallerID string
	State                              TrunkState
	Since                              time.Time // of the state; zero while unknown
	// AvoidUntil is until when the trunk asked to be left alone (Retry-After of a
	// 503, at most ten minutes), or zero. Until then it counts as down.
	AvoidUntil time.Time
	// Registration is none for a trunk that wants none. RegistrationCode is the
	// registrar's last response.
	Registration     Registration
	RegistrationCode int
	RegisteredUntil  time.Time
}

// Why says in a few words why a trunk is down now; it is empty for one that is not.
func (s TrunkStatus) Why() string {
	if s.State != TrunkDown {
		return ""
	}
	switch {
	case time.Now().Before(s.AvoidUntil):
		return "asked to be left alone until " + s.AvoidUntil.UTC().Format(time.RFC3339)
	case s.Registration == RegistrationRefused:
		return fmt.Sprintf("refuses our registration (%d)", s.RegistrationCode)
	case s.Registration == RegistrationNoAnswer, s.Registration == RegistrationActive:
		return "our registration has run out"
	}
	return "no answer to OPTIONS"
}

// maxRetryAfter bounds how long a trunk can keep us away.
const maxRetryAfter = 10 * time.Minute

// flips is how many results in a row turn an up trunk down and a down one up.
const flips = 2

// health counts results against the present state. It is guarded by the line.
type health struct {
	state   TrunkState
	against int
	since   time.Time
	avoid   time.Time

	registration    Registration
	code            int
	registeredUntil time.Time
}

// note takes one result and reports whether the state changed. The first
// answer of an unknown trunk counts at once.
func (h *health) note(ok bool, at time.Time) bool {
	target := TrunkDown
	if ok {
		target = TrunkUp
	}
	if h.state == target {
		h.against = 0
		return false
	}
	h.against++
	if h.against < flips && !(ok && h.state == TrunkUnknown) {
		return false
	}
	h.state, h.against, h.since = target, 0, at
	return true
}

// at is the state now. A trunk that asked to be left alone is down, and so is
// one that does not register us: it would refuse our calls.
func (h *health) at(now time.Time) TrunkState {
	if now.Before(h.avoid) {
		return TrunkDown
	}
	switch h.registration {
	case RegistrationRefused, RegistrationNoAnswer:
		return TrunkDown
	case RegistrationActive:
		if !now.Before(h.registeredUntil) {
			return TrunkDown
		}
	}
	return h.state
}

// TrunkState is the state of a trunk; unknown for a name that is not configured.
func (u *UserAgent) TrunkState(name string) TrunkState {
	l := u.line(name)
	if l == nil {
		return TrunkUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.health.at(time.Now())
}

// Trunks lists the trunks in their configured order, the main one first.
func (u *UserAgent) Trunks() []TrunkStatus {
	out := make([]TrunkStatus, 0, 4)
	for _, l := range *u.lines.Load() {
		out = append(out, l.status())
	}
	return out
}

func (l *line) status() TrunkStatus {
	l.mu.Lock()
	defer l.mu.Unlock()
	h := l.health
	return TrunkStatus{
		Name: l.Name, Transport: l.Transport, Address: l.Address, CallerID: l.CallerID,
		State: h.at(time.Now()), Since: h.since, AvoidUntil: h.avoid,
		Registration: h.registration, RegistrationCode: h.code, RegisteredUntil: h.registeredUntil,
	}
}

// watch probes a trunk until ctx ends: at the interval, sooner after a failure
// and when a call got no response.
func (l *line) watch(ctx context.Context) {
	for {
		next := l.avoided(time.Now()) // no request of any kind, RFC 3261 21.5.4
		if next == 0 {
			next = l.ua.cfg.OptionsInterval
			if !l.probe(ctx) {
				next /= 4
			}
		}
		t := time.NewTimer(next)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-l.kick:
			t.Stop()
		case <-t.C:
		}
	}
}

// probe sends one OPTIONS (RFC 3261 11) and notes the result.
func (l *line) probe(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, l.ua.cfg.limits.keepalive)
	defer cancel()
	ok := l.options(ctx)
	if ctx.Err() == context.Canceled {
		return false // stopping, the trunk is not to blame
	}
	result := "no_response"
	if ok {
		result = "answered"
	}
	l.ua.metrics.probes.WithLabelValues(l.Name, result).Inc()
	l.note(ok)
	return ok
}

func (l *line) note(ok bool) {
	l.mu.Lock()
	changed := l.health.note(ok, time.Now())
	state := l.health.state
	l.mu.Unlock()
	if changed {
		l.ua.metrics.trunkState(l.Name, state)
		l.ua.log.Info("trunk changed", "trunk", l.Name, "state", string(state))
	}
}

func (l *line) options(ctx context.Context) bool {
	if err := l.resolve(ctx); err != nil { // names move
		return false
	}
	req := sipmsg.NewRequest(sipmsg.OPTIONS, l.uri(""))
	from := sipmsg.FromHeader{Address: sipmsg.Uri{Scheme: "sip", User: "huifang", Host: uriHost(l.Domain)}}
	from.Params.Add("tag", sipmsg.GenerateTagN(16))
	to := sipmsg.ToHeader{Address: sipmsg.Uri{Scheme: "sip", Host: uriHost(l.Domain)}}
	id := sipmsg.CallIDHeader(sipmsg.GenerateTagN(24))
	forwards := sipmsg.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: 1, MethodName: sipmsg.OPTIONS})
	req.AppendHeader(&forwards)
	req.AppendHeader(sipmsg.NewHeader("User-Agent", l.ua.cfg.Product))
	if err := l.address(ctx, req); err != nil {
		return false
	}
	res, err := l.once(ctx, req, nil)
	if err != nil {
		return false
	}
	if res.StatusCode == 503 {
		l.leaveAlone(retryAfter(res))
	}
	return true
}

// leaveAlone keeps away from the trunk for as long as it asked (RFC 3261
// 21.5.4), within bounds.
func (l *line) leaveAlone(d time.Duration) {
	if d <= 0 {
		return
	}
	until := time.Now().Add(min(d, maxRetryAfter))
	l.mu.Lock()
	l.health.avoid = until
	l.mu.Unlock()
	l.ua.metrics.avoid.WithLabelValues(l.Name).Set(float64(until.Unix()))
	l.ua.log.Info("trunk asks to be left alone", "trunk", l.Name, "until", until)
}

// avoided is how long the trunk is still to be left alone.
func (l *line) avoided(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, l.health.avoid.Sub(now))
}

// judge learns from a failed call: silence asks for a probe at once, a 503
// with Retry-After keeps us away (RFC 3261 21.5.4).
func (l *line) judge(f Failed) {
	if f.NoResponse {
		l.note(false)
		select {
		case l.kick <- struct{}{}:
		default:
		}
	}
	if f.Code == 503 {
		l.leaveAlone(f.RetryAfter)
	}
}
