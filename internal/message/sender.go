package message

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"huifang/internal/customer"
)

// Limits of sending.
const (
	maxTries    = 9                // with the waits below over an hour
	firstWait   = 30 * time.Second // before the second try; doubled each time
	longestWait = time.Hour
	sendTimeout = 30 * time.Second
	lease       = 2 * time.Minute // longer than a send can take
	lookEvery   = time.Second
	together    = 8 // sends of a channel at once
	maxNote     = 500
)

// SenderConfig is what a sender is made of. All but Changed and Metrics is required.
type SenderConfig struct {
	Service  *Service
	Outbox   Outbox
	Instance string
	// PerSecond bounds how many messages of a channel this instance sends a second.
	PerSecond map[customer.Channel]int
	Jitter    func() float64 // 0 to 1
	Logger    *slog.Logger
	Metrics   *Metrics
}

// Sender sends what is in the outbox, at once when it is told, else every
// second, in one goroutine. Several instances may do so at once.
type Sender struct {
	cfg    SenderConfig
	wake   chan struct{}
	cancel context.CancelFunc
	wait   sync.WaitGroup
	spare  map[customer.Channel]float64 // how many may be sent now
	last   time.Time
}

// NewSender makes one that does not run yet.
func NewSender(c SenderConfig) (*Sender, error) {
	if c.Service == nil || c.Outbox == nil || c.Instance == "" || c.Jitter == nil || c.Logger == nil {
		return nil, errors.New("make sender of messages: service, outbox, instance, jitter and logger are required")
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Sender{cfg: c, wake: make(chan struct{}, 1), spare: map[customer.Channel]float64{}}, nil
}

// Notify says that there is something to send; it does not wait.
func (s *Sender) Notify() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Start begins; the caller stops it.
func (s *Sender) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.wait.Go(func() { s.run(ctx) })
}

// Stop claims nothing more, waits for what is being sent, and may be called
// when nothing runs.
func (s *Sender) Stop() {
	if s.cancel != nil {
		s.cancel()
	}
	s.wait.Wait()
}

func (s *Sender) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if _, err := s.Round(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.WarnContext(ctx, "messages not sent", "rule", "C-14", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// Round sends what is due and may be sent now, and gives how many it claimed.
func (s *Sender) Round(ctx context.Context) (int, error) {
	now := s.cfg.Service.now()
	if err := s.overrun(ctx, now); err != nil {
		return 0, err
	}
	n := 0
	for _, ch := range Channels() {
		g := s.cfg.Service.cfg.Gateways[ch]
		if g == nil {
			continue
		}
		limit := s.allowed(ch, now)
		if limit == 0 {
			continue
		}
		ms, err := s.cfg.Outbox.ClaimMessages(ctx, Claiming{Instance: s.cfg.Instance, Channel: ch, Limit: limit, Now: now, Until: now.Add(lease)})
		if err != nil {
			return n, fmt.Errorf("claim messages: %w", err)
		}
		s.spare[ch] -= float64(len(ms))
		n += len(ms)
		s.send(context.WithoutCancel(ctx), g, ms)
	}
	s.last = now
	q, err := s.cfg.Outbox.MessageQueue(ctx, now)
	if err != nil {
		return n, fmt.Errorf("count waiting messages: %w", err)
	}
	s.cfg.Metrics.waiting(q)
	return n, nil
}

// allowed fills the channel's allowance up and gives its whole part.
func (s *Sender) allowed(ch customer.Channel, now time.Time) int {
	rate := float64(s.cfg.PerSecond[ch])
	if rate == 0 {
		rate = 10
	}
	if s.last.IsZero() {
		s.spare[ch] = rate
	} else {
		s.spare[ch] = min(rate, s.spare[ch]+rate*now.Sub(s.last).Seconds())
	}
	return int(s.spare[ch])
}

func (s *Sender) send(ctx context.Context, g Gateway, ms []Message) {
	var all sync.WaitGroup
	room := make(chan struct{}, together)
	for _, m := range ms {
		room <- struct{}{}
		all.Go(func() {
			defer func() { <-room }()
			s.one(ctx, g, m)
		})
	}
	all.Wait()
}

func (s *Sender) one(ctx context.Context, g Gateway, m Message) {
	limited, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	out := Outgoing{ID: m.ID, To: m.Address, Subject: m.Subject, Body: m.Body, Language: m.Language, Purpose: m.Purpose, At: s.cfg.Service.now()}
	if url := s.cfg.Service.cfg.PublicURL; url != "" && m.Channel == customer.ChannelEmail {
		out.Unsubscribe = strings.TrimSuffix(url, "/") + "/api/v1/unsubscribe/" + m.Unsubscribe
	}
	id, err := g.Send(limited, out)
	c := s.judged(m, id, err, g.Repeatable())
	s.cfg.Metrics.did(m.Channel, c.Step)
	saving, cancelSave := context.WithTimeout(ctx, sendTimeout)
	defer cancelSave()
	if _, err := s.cfg.Service.apply(saving, c); err != nil {
		if p, ok := asProblem(err); ok && p.Reason == "message_state" {
			return // a receipt was faster, or the claim had run out
		}
		// The claim runs out, and the message is looked at again.
		s.cfg.Logger.ErrorContext(ctx, "result of a message not stored", "message_id", m.ID, "step", c.Step, "error", err)
	}
}

// judged is what a gateway's answer means for a message. Rule C-14: what may
// have been sent is sent again only where the gateway knows our key.
func (s *Sender) judged(m Message, gatewayID string, err error, repeatable bool) Change {
	now := s.cfg.Service.now()
	c := Change{ID: m.ID, Step: StepSent, At: now, GatewayID: gatewayID}
	if err == nil {
		return c
	}
	c.ClaimedBy, c.Tries = s.cfg.Instance, m.Tries
	refused, known := errors.AsType[*SendError](err)
	again := known && refused.Temporary || !known && repeatable
	var wait time.Duration
	switch {
	case known:
		c.Note, c.NoMailbox, wait = refused.Text, refused.NoMailbox, refused.RetryAfter
	case repeatable:
		c.Note = err.Error()
	default:
		c.Note = "unknown: it may have been sent: " + err.Error()
	}
	c.Note = short(c.Note)
	if !again || m.Tries >= maxTries {
		c.Step = StepFail
		return c
	}
	c.Step, c.NextTryAt = StepAgain, now.Add(max(s.pauseAfter(m.Tries), min(wait, 6*time.Hour)))
	return c
}

// pauseAfter is how long to wait after so many tries, give or take a fifth.
func (s *Sender) pauseAfter(tries int) time.Duration {
	d := firstWait
	for i := 1; i < tries && d < longestWait; i++ {
		d *= 2
	}
	d = min(d, longestWait)
	return d + time.Duration((s.cfg.Jitter()-0.5)*0.4*float64(d))
}

// overrun looks at messages whose sender did not say what became of them.
func (s *Sender) overrun(ctx context.Context, now time.Time) error {
	ms, err := s.cfg.Outbox.OverrunMessages(ctx, now, 100)
	if err != nil {
		return fmt.Errorf("find messages whose claim ran out: %w", err)
	}
	for _, m := range ms {
		c := Change{ID: m.ID, At: now, ClaimedBy: m.ClaimedBy, Tries: m.Tries, Step: StepFail, Note: "unknown: the sender ended while it was being sent"}
		if g := s.cfg.Service.cfg.Gateways[m.Channel]; g != nil && g.Repeatable() && m.Tries < maxTries {
			c.Step, c.NextTryAt, c.Note = StepAgain, now, "the sender ended while it was being sent; the gateway knows the key"
		}
		s.cfg.Logger.WarnContext(ctx, "message left over", "message_id", m.ID, "step", c.Step, "claimed_by", m.ClaimedBy)
		if _, err := s.cfg.Service.apply(ctx, c); err != nil {
			if p, ok := asProblem(err); ok && p.Reason == "message_state" {
				continue // another instance was faster
			}
			return fmt.Errorf("take message %s up again: %w", m.ID, err)
		}
		s.cfg.Metrics.did(m.Channel, c.Step)
	}
	return nil
}

func short(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(s), " "), "?")
	if r := []rune(s); len(r) > maxNote {
		s = string(r[:maxNote])
	}
	return s
}
