package sip

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	sipmsg "github.com/emiago/sipgo/sip"
)

// Registration is how a trunk that wants one stands with its registrar.
type Registration string

// The registrations.
const (
	RegistrationNone     Registration = ""            // the trunk wants none
	RegistrationPending  Registration = "pending"     // the first is on its way
	RegistrationActive   Registration = "registered"  // until RegisteredUntil
	RegistrationRefused  Registration = "refused"     // by a final response
	RegistrationNoAnswer Registration = "no_response" // or the connection failed
)

// registrar keeps one binding of ours alive (RFC 3261 10.2). Its fields belong
// to its goroutine; what others see is in the line's health.
type registrar struct {
	line   *line
	callID string // the same for all, 10.2
	seq    uint32
	asked  time.Duration
	failed int // in a row
	// sent: a REGISTER is without its answer, so a binding may be there.
	sent bool
}

// keepRegistered registers, refreshes before the binding runs out, tries again
// with growing pauses, and when ctx ends takes the binding back.
func (l *line) keepRegistered(ctx context.Context) {
	r := &registrar{line: l, callID: sipmsg.GenerateTagN(24), asked: l.RegisterExpires}
	for {
		pause := l.avoided(time.Now())
		if pause == 0 {
			pause = r.round(ctx)
		}
		t := time.NewTimer(pause)
		select {
		case <-t.C:
			continue
		case <-ctx.Done():
			t.Stop()
		}
		break
	}
	if r.sent || l.status().RegisteredUntil.After(time.Now()) {
		ctx, cancel := context.WithTimeout(l.ua.ctx, l.ua.cfg.limits.unregister)
		defer cancel()
		if _, err := r.send(ctx, 0); err != nil {
			l.ua.log.Warn("take registration back", "trunk", l.Name, "error", err)
		}
		l.noteRegistration(RegistrationPending, 0, time.Time{})
	}
}

// round is one registration, and how long to wait after it.
func (r *registrar) round(ctx context.Context) time.Duration {
	l, lim := r.line, r.line.ua.cfg.limits
	sent := time.Now()
	res, err := r.send(ctx, r.asked)
	if err == nil && res.StatusCode == 423 { // RFC 3261 10.2.8
		if least := deltaSeconds(headerValue(res, "Min-Expires")); least > r.asked {
			r.asked = least
			res, err = r.send(ctx, r.asked)
		}
	}
	switch {
	case ctx.Err() != nil:
		return 0
	case err != nil:
		l.noteRegistration(RegistrationNoAnswer, 0, time.Time{})
	case res.IsSuccess():
		granted := r.granted(res)
		if granted <= 0 { // the registrar wants us gone
			l.noteRegistration(RegistrationRefused, res.StatusCode, time.Time{})
			break
		}
		r.failed = 0
		l.noteRegistration(RegistrationActive, res.StatusCode, sent.Add(granted))
		return granted - min(granted/2, time.Minute)
	default:
		if res.StatusCode == 503 {
			l.leaveAlone(retryAfter(res))
		}
		l.noteRegistration(RegistrationRefused, res.StatusCode, time.Time{})
	}
	pause := min(lim.register<<min(r.failed, 10), 64*lim.register)
	r.failed++
	return pause/2 + rand.N(pause/2) // not all of us at once, RFC 5626 4.5
}

// send sends one REGISTER for expires, with credentials when asked.
func (r *registrar) send(ctx context.Context, expires time.Duration) (*sipmsg.Response, error) {
	l := r.line
	if err := l.resolve(ctx); err != nil { // names move
		return nil, err
	}
	_, host, err := l.where(ctx)
	if err != nil {
		return nil, err
	}
	next := func() uint32 { r.seq++; return r.seq }
	req := sipmsg.NewRequest(sipmsg.REGISTER, l.uri(""))
	who := l.uri(l.account())
	who.UriParams, who.Port = nil, 0
	from := sipmsg.FromHeader{Address: *who.Clone()}
	from.Params.Add("tag", sipmsg.GenerateTagN(16))
	id := sipmsg.CallIDHeader(r.callID)
	forwards := sipmsg.MaxForwardsHeader(70)
	req.AppendHeader(&from)
	req.AppendHeader(&sipmsg.ToHeader{Address: who})
	req.AppendHeader(&id)
	req.AppendHeader(&sipmsg.CSeqHeader{SeqNo: next(), MethodName: sipmsg.REGISTER})
	req.AppendHeader(&forwards)
	req.AppendHeader(l.contact(host))
	req.AppendHeader(sipmsg.NewHeader("Expires", seconds(expires)))
	req.AppendHeader(sipmsg.NewHeader("Allow", allowed))
	req.AppendHeader(sipmsg.NewHeader("User-Agent", l.ua.cfg.Product))
	r.sent = true
	res, err := l.transact(ctx, req, next, l.ua.cfg.limits.inDialog, nil)
	r.sent = err != nil && ctx.Err() != nil
	return res, err
}

// granted is for how long the registrar holds our binding: by our Contact, else
// by Expires, else for as long as we asked (RFC 3261 10.2.4).
func (r *registrar) granted(res *sipmsg.Response) time.Duration {
	ours := r.line.contact("").Address
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sipmsg.ContactHeader)
		if !ok || c.Address.User != ours.User || c.Address.Port != ours.Port && c.Address.Port != 0 {
			continue
		}
		if v, ok := c.Params.Get("expires"); ok {
			return deltaSeconds(v)
		}
	}
	if v := headerValue(res, "Expires"); v != "" {
		return deltaSeconds(v)
	}
	return r.asked
}

// account is the user of our address of record: the digest's, else our number.
func (t *Trunk) account() string {
	if t.Username != "" {
		user, _, _ := strings.Cut(t.Username, "@")
		return user
	}
	return uriUser(t.CallerID)
}

// noteRegistration makes the result known. A binding that is still held by the
// registrar outlives a refresh that failed.
func (l *line) noteRegistration(now Registration, code int, until time.Time) {
	l.mu.Lock()
	h := &l.health
	held := now != RegistrationActive && now != RegistrationPending && time.Now().Before(h.registeredUntil)
	changed := h.registration != now
	h.code = code
	if !held {
		h.registration, h.registeredUntil = now, until
	}
	standing, end := h.registration, h.registeredUntil
	l.mu.Unlock()
	m := l.ua.metrics
	if now != RegistrationPending {
		m.registrations.WithLabelValues(l.Name, string(now)).Inc()
	}
	registeredUntil := 0.0
	if standing == RegistrationActive {
		registeredUntil = float64(end.Unix())
	}
	m.registered.WithLabelValues(l.Name).Set(registeredUntil)
	if changed || held {
		l.ua.log.Info("trunk registration", "trunk", l.Name, "result", string(now), "code", strconv.Itoa(code))
	}
}
