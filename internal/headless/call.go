package headless

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"huifang/internal/clip"
	"huifang/signaling/wire"
)

// Options are one call.
type Options struct {
	Server, User, Password string
	Task                   string        // id, or "next"
	Say                    string        // WAV to say once the customer is connected; empty: silence
	Loop                   bool          // say it again and again
	Hear                   string        // WAV to write; empty: none
	HangupAfter            time.Duration // after the customer is connected; 0: the customer hangs up
	Disposition            string        // of the record; empty: other, or no_contact
	LeaveRecord            bool          // do not write the record
}

// Result is what became of the call.
type Result struct {
	TaskID      uuid.UUID          `json:"task_id"`
	CallID      uuid.UUID          `json:"call_id"`
	Outcome     string             `json:"outcome"`
	Reason      string             `json:"reason"`
	EndedBy     string             `json:"ended_by"`
	SIPCode     int                `json:"sip_code"`
	Attempts    int                `json:"attempts"`
	RingOK      bool               `json:"ring_ok"`
	RingingAt   *time.Time         `json:"ringing_at"`
	AnsweredAt  *time.Time         `json:"answered_at"`
	TalkAt      *time.Time         `json:"talk_at"`
	EndedAt     *time.Time         `json:"ended_at"`
	Recording   wire.CallRecording `json:"recording"`
	HeardSec    float64            `json:"heard_seconds"`
	RecordSaved bool               `json:"record_saved"`
	// Refused is set when no call was made: the rule, the reason, and what
	// would be allowed.
	Refused *wire.Problem `json:"refused,omitempty"`
}

// Call works one task from sign-in to the record.
func Call(ctx context.Context, o Options) (Result, error) {
	var out Result
	say, err := loadVoice(o.Say)
	if err != nil {
		return out, err
	}
	p, err := Open(ctx, o.Server, o.User, o.Password)
	if err != nil {
		return out, err
	}
	defer p.Close()
	var refused *wire.Problem
	out.TaskID, err = p.Dial(ctx, o.Task)
	if errors.As(err, &refused) {
		out.Refused = refused
		return out, nil
	}
	if err != nil {
		return out, err
	}
	if err := p.follow(ctx, say, o); err != nil {
		return out, err
	}
	out.fill(p.call)
	out.HeardSec = p.voice.seconds()
	if o.Hear != "" {
		if err := p.voice.save(o.Hear); err != nil {
			return out, fmt.Errorf("save what was heard: %w", err)
		}
	}
	if !o.LeaveRecord {
		if err := p.Record(ctx, o.Disposition); err != nil {
			return out, err
		}
		out.RecordSaved = true
	}
	return out, nil
}

func loadVoice(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	c, err := clip.Read(path)
	if err != nil {
		return nil, fmt.Errorf("read what to say: %w", err)
	}
	return c.ToALaw(), nil
}

func (r *Result) fill(s wire.CallSnapshot) {
	r.CallID, r.Outcome, r.Reason, r.EndedBy, r.SIPCode, r.Attempts = s.ID, s.Outcome, s.Reason, s.EndedBy, s.SIPCode, s.Attempt
	r.RingOK, r.RingingAt, r.AnsweredAt, r.TalkAt, r.EndedAt, r.Recording = s.RingOK, s.RingingAt, s.AnsweredAt, s.TalkAt, s.EndedAt, s.Recording
}

// follow carries the call to its wrap-up.
func (p *Phone) follow(ctx context.Context, say []byte, o Options) error {
	talking, err := p.Until(ctx, func(s wire.CallSnapshot) bool { return s.State == "talking" || over(s) })
	if err == nil && talking.State == "talking" {
		p.Say(say, o.Loop)
		if o.HangupAfter > 0 {
			err = p.hangupAfter(ctx, o.HangupAfter)
		}
	}
	if err == nil {
		_, err = p.Until(ctx, over)
	}
	if ctx.Err() != nil {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer cancel()
		_ = p.Hangup(end, "") // the server ends it 30 s later otherwise
	}
	return err
}

func over(s wire.CallSnapshot) bool { return s.State == "wrapup" || s.State == "closed" }

// hangupAfter ends the call unless it ends before.
func (p *Phone) hangupAfter(ctx context.Context, d time.Duration) error {
	soon, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	if _, err := p.Until(soon, over); err == nil || ctx.Err() != nil || soon.Err() == nil {
		return err
	}
	var gone *wire.Problem
	err := p.Hangup(ctx, "")
	if errors.As(err, &gone) && (gone.Code == "not_found" || gone.Code == "conflict") {
		return nil // the customer was quicker
	}
	return err
}

// Settle writes the records of the agent's earlier calls that wait for one.
func (p *Phone) Settle(ctx context.Context) error {
	var mine struct {
		Wrapups []struct {
			CallID  uuid.UUID `json:"call_id"`
			Outcome string    `json:"outcome"`
		} `json:"wrapups"`
	}
	if err := p.api.do(ctx, http.MethodGet, "/api/v1/me/call", nil, &mine); err != nil {
		return fmt.Errorf("ask for wrap-ups: %w", err)
	}
	for _, w := range mine.Wrapups {
		disposition := "no_contact"
		if w.Outcome == "answered" {
			disposition = "other"
		}
		if err := p.record(ctx, w.CallID, w.Outcome, disposition); err != nil {
			return err
		}
	}
	return nil
}
