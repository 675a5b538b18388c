package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"

	"huifang/media/rtcleg"
	"huifang/media/tone"
	"huifang/signaling/client"
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

const connectLimit = 15 * time.Second

// Call works one task from sign-in to the record.
func Call(ctx context.Context, o Options) (Result, error) {
	var out Result
	say, err := loadVoice(o.Say)
	if err != nil {
		return out, err
	}
	a, err := newAPI(o.Server)
	if err != nil {
		return out, err
	}
	if err := a.do(ctx, http.MethodPost, "/api/v1/session", map[string]string{"login": o.User, "password": o.Password}, nil); err != nil {
		return out, fmt.Errorf("sign in: %w", err)
	}
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = a.do(end, http.MethodDelete, "/api/v1/session", nil, nil) // the session expires by itself otherwise
	}()
	taskID, point, err := a.pick(ctx, o.Task)
	if err != nil {
		return out, fmt.Errorf("take task: %w", err)
	}
	out.TaskID = taskID
	p, err := open(ctx, a)
	if err != nil {
		return out, err
	}
	defer p.close()
	snapshot, err := p.socket.Dial(ctx, wire.CallDial{TaskID: taskID, ContactPointID: point})
	var refused *wire.Problem
	if errors.As(err, &refused) {
		out.Refused = refused
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("dial: %w", err)
	}
	if err := p.follow(ctx, snapshot, say, o); err != nil {
		return out, err
	}
	out.fill(p.last)
	out.HeardSec = p.voice.seconds()
	if o.Hear != "" {
		if err := p.voice.save(o.Hear); err != nil {
			return out, fmt.Errorf("save what was heard: %w", err)
		}
	}
	if !o.LeaveRecord {
		if err := a.record(ctx, out, o.Disposition); err != nil {
			return out, fmt.Errorf("write record: %w", err)
		}
		out.RecordSaved = true
	}
	return out, nil
}

func loadVoice(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what to say: %w", err)
	}
	alaw, err := tone.LoadWAV(b)
	if err != nil {
		return nil, fmt.Errorf("read what to say: %w", err)
	}
	return alaw, nil
}

func (r *Result) fill(s wire.CallSnapshot) {
	r.CallID, r.Outcome, r.Reason, r.EndedBy, r.SIPCode, r.Attempts = s.ID, s.Outcome, s.Reason, s.EndedBy, s.SIPCode, s.Attempt
	r.RingOK, r.RingingAt, r.AnsweredAt, r.TalkAt, r.EndedAt, r.Recording = s.RingOK, s.RingingAt, s.AnsweredAt, s.TalkAt, s.EndedAt, s.Recording
}

// record writes what Rule C-01 requires.
func (a *api) record(ctx context.Context, r Result, disposition string) error {
	if disposition == "" {
		disposition = "no_contact"
		if r.TalkAt != nil {
			disposition = "other"
		}
	}
	return a.do(ctx, http.MethodPut, "/api/v1/calls/"+r.CallID.String()+"/record", map[string]any{
		"state": "final", "disposition": disposition, "content": "headless softphone, outcome " + r.Outcome, "problems": "none", "handling": "none",
	}, nil)
}

// phone is a connected softphone.
type phone struct {
	socket *client.Client
	leg    *rtcleg.Client
	voice  *voice
	last   wire.CallSnapshot
}

// open connects socket and media and goes ready.
func open(ctx context.Context, a *api) (*phone, error) {
	c, err := client.Connect(ctx, client.Config{URL: a.socket(), Header: a.header(), Takeover: true})
	if err != nil {
		return nil, fmt.Errorf("open softphone: %w", err)
	}
	p := &phone{socket: c}
	if err := p.connect(ctx); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *phone) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	leg, err := rtcleg.NewClient(rtcleg.ClientConfig{})
	if err != nil {
		return fmt.Errorf("make media: %w", err)
	}
	p.leg = leg
	offer, err := leg.Offer(ctx)
	if err != nil {
		return fmt.Errorf("make media: %w", err)
	}
	answer, err := p.socket.MediaOffer(ctx, offer, false)
	if err != nil {
		return fmt.Errorf("offer media: %w", err)
	}
	up := make(chan struct{})
	var once bool
	if err := leg.SetAnswer(answer); err != nil {
		return fmt.Errorf("take media answer: %w", err)
	}
	leg.OnStateChange(func(s rtcleg.State) {
		if s == rtcleg.StateConnected && !once {
			once = true
			close(up)
		}
	})
	select {
	case <-up:
	case <-ctx.Done():
		return errors.New("media does not connect")
	}
	p.voice = newVoice(leg)
	if err := p.waitMedia(ctx); err != nil {
		return err
	}
	return p.socket.SetAgentState(ctx, "ready", "")
}

// waitMedia waits until the server, too, sees the media connected.
func (p *phone) waitMedia(ctx context.Context) error {
	for {
		select {
		case ev, ok := <-p.socket.Events():
			if !ok {
				return fmt.Errorf("softphone closed: %w", p.socket.Err())
			}
			var m wire.MediaState
			if ev.Type == wire.TypeMediaState && json.Unmarshal(ev.Data, &m) == nil && m.State == "connected" {
				return nil
			}
		case <-ctx.Done():
			return errors.New("the server does not see the media connected")
		}
	}
}

// follow carries the call to its wrap-up.
func (p *phone) follow(ctx context.Context, first wire.CallSnapshot, say []byte, o Options) error {
	p.last = first
	var hangup <-chan time.Time
	talking := false
	for {
		select {
		case ev, ok := <-p.socket.Events():
			if !ok {
				return fmt.Errorf("softphone closed: %w", p.socket.Err())
			}
			var s wire.CallSnapshot
			if ev.Type != wire.TypeCallState || json.Unmarshal(ev.Data, &s) != nil || s.ID != first.ID {
				continue
			}
			p.last = s
			if s.State == "talking" && !talking {
				talking = true
				p.voice.speak(say, o.Loop)
				if o.HangupAfter > 0 {
					hangup = time.After(o.HangupAfter)
				}
			}
			if s.State == "wrapup" || s.State == "closed" {
				return nil
			}
		case <-hangup:
			if err := p.socket.Hangup(ctx, first.ID, ""); err != nil {
				return fmt.Errorf("hang up: %w", err)
			}
		case <-ctx.Done():
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
			defer cancel()
			_ = p.socket.Hangup(end, first.ID, "") // the server ends it 30 s later otherwise
			return ctx.Err()
		}
	}
}

func (p *phone) close() {
	if p.voice != nil {
		p.voice.close()
	}
	if p.leg != nil {
		_ = p.leg.Close()
	}
	p.socket.Close()
}
