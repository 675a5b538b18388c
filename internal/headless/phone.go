package headless

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"huifang/media/rtcleg"
	"huifang/signaling/client"
	"huifang/signaling/wire"
)

const connectLimit = 15 * time.Second

// Phone is the softphone of one agent, signed in, connected and ready. It
// carries one call after another. Its methods are for one goroutine.
type Phone struct {
	api     *api
	socket  *client.Client
	leg     *rtcleg.Client
	voice   *voice
	call    wire.CallSnapshot
	quality wire.CallQuality
	agent   string
	// The call that rings here, and how the last one came to its end.
	offer    wire.CallOffer
	offerEnd string
}

// Open signs in, connects socket and media, and goes ready. ctx bounds the
// whole life of the phone.
func Open(ctx context.Context, server, user, password string) (*Phone, error) {
	a, err := newAPI(server)
	if err != nil {
		return nil, err
	}
	if err := a.do(ctx, http.MethodPost, "/api/v1/session", map[string]string{"login": user, "password": password}, nil); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	p := &Phone{api: a}
	if p.socket, err = client.Connect(ctx, client.Config{URL: a.socket(), Header: a.header(), Takeover: true}); err != nil {
		p.Close()
		return nil, fmt.Errorf("open softphone: %w", err)
	}
	if err := p.connect(ctx); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Phone) connect(ctx context.Context) error {
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
func (p *Phone) waitMedia(ctx context.Context) error {
	for {
		ev, err := p.next(ctx)
		if err != nil {
			return fmt.Errorf("wait until the server sees the media connected: %w", err)
		}
		var m wire.MediaState
		if ev.Type == wire.TypeMediaState && json.Unmarshal(ev.Data, &m) == nil && m.State == "connected" {
			return nil
		}
	}
}

// next takes one event and keeps what it says of call and agent.
func (p *Phone) next(ctx context.Context) (wire.Event, error) {
	select {
	case ev, ok := <-p.socket.Events():
		if !ok {
			return ev, fmt.Errorf("softphone closed: %w", p.socket.Err())
		}
		switch ev.Type {
		case wire.TypeHello: // the socket came back, or the agent has a call from before
			var h wire.Hello
			if json.Unmarshal(ev.Data, &h) == nil && h.Call != nil && (h.Call.ID == p.call.ID || p.call.ID == uuid.Nil) {
				p.call = *h.Call
			}
		case wire.TypeCallState:
			var s wire.CallSnapshot
			if json.Unmarshal(ev.Data, &s) == nil && s.ID == p.call.ID {
				p.call = s
			}
		case wire.TypeCallOffered:
			p.offer, p.offerEnd = wire.CallOffer{}, ""
			_ = json.Unmarshal(ev.Data, &p.offer) // the client has decoded it once
		case wire.TypeCallOfferEnded:
			var e wire.CallOfferEnded
			if json.Unmarshal(ev.Data, &e) == nil && e.OfferID == p.offer.OfferID {
				p.offer, p.offerEnd = wire.CallOffer{}, e.Reason
			}
		case wire.TypeCallQuality:
			_ = json.Unmarshal(ev.Data, &p.quality) // the client has decoded it once
		case wire.TypeAgentState:
			var s wire.AgentState
			if json.Unmarshal(ev.Data, &s) == nil {
				p.agent = s.State
			}
		}
		return ev, nil
	case <-ctx.Done():
		return wire.Event{}, ctx.Err()
	}
}

// Until takes events until the condition holds of the call, and gives the call.
func (p *Phone) Until(ctx context.Context, holds func(wire.CallSnapshot) bool) (wire.CallSnapshot, error) {
	for !holds(p.call) {
		if _, err := p.next(ctx); err != nil {
			return p.call, err
		}
	}
	return p.call, nil
}

// Quality is the last that was heard of the call's quality.
func (p *Phone) Quality() wire.CallQuality { return p.quality }

// AgentState is the last that was heard of the agent's state.
func (p *Phone) AgentState() string { return p.agent }

// Dial calls the customer of a task, by id or "next". A refusal is a
// *wire.Problem.
func (p *Phone) Dial(ctx context.Context, which string) (taskID uuid.UUID, err error) {
	taskID, point, err := p.api.pick(ctx, which)
	if err != nil {
		return taskID, fmt.Errorf("take task: %w", err)
	}
	s, err := p.socket.Dial(ctx, wire.CallDial{TaskID: taskID, ContactPointID: point})
	if err != nil {
		return taskID, fmt.Errorf("dial: %w", err)
	}
	p.call, p.quality = s, wire.CallQuality{}
	return taskID, nil
}

// Say speaks A-law samples, again and again with loop.
func (p *Phone) Say(alaw []byte, loop bool) { p.voice.speak(alaw, loop) }

// Stall stops the phone's packets while its connection stays up, or lets them go on.
func (p *Phone) Stall(on bool) { p.voice.stall(on) }

// Hangup ends the call; override is a supervisor's reason (Rule T-03). A
// refusal is a *wire.Problem.
func (p *Phone) Hangup(ctx context.Context, override string) error {
	if err := p.socket.Hangup(ctx, p.call.ID, override); err != nil {
		return fmt.Errorf("hang up: %w", err)
	}
	return nil
}

// Pause keeps both sides out of the recording (Rule T-13); Unpause ends that.
// A refusal is a *wire.Problem.
func (p *Phone) Pause(ctx context.Context, reason, note string) error {
	return p.socket.Pause(ctx, p.call.ID, reason, note)
}

// Unpause ends a secure pause.
func (p *Phone) Unpause(ctx context.Context) error { return p.socket.Unpause(ctx, p.call.ID) }

// Hold lets the customer hear music or a tone; Resume ends that.
func (p *Phone) Hold(ctx context.Context) error { return p.socket.Hold(ctx, p.call.ID) }

// Resume ends a hold.
func (p *Phone) Resume(ctx context.Context) error { return p.socket.Resume(ctx, p.call.ID) }

// DTMF presses keys.
func (p *Phone) DTMF(ctx context.Context, digits string) error {
	return p.socket.DTMF(ctx, p.call.ID, digits)
}

// Monitor takes part in an agent's call, as a supervisor; mode is listen,
// whisper or barge. MonitorMode changes it, StopMonitor ends it.
func (p *Phone) Monitor(ctx context.Context, callID uuid.UUID, mode, reason string) error {
	return p.socket.Monitor(ctx, callID, mode, reason)
}

// MonitorMode changes how one takes part.
func (p *Phone) MonitorMode(ctx context.Context, callID uuid.UUID, mode string) error {
	return p.socket.MonitorMode(ctx, callID, mode)
}

// StopMonitor ends that.
func (p *Phone) StopMonitor(ctx context.Context, callID uuid.UUID) error {
	return p.socket.StopMonitor(ctx, callID)
}

// TakeOver makes the supervisor the agent of the call, which is this phone's
// from then on.
func (p *Phone) TakeOver(ctx context.Context, callID uuid.UUID, reason string) error {
	p.call = wire.CallSnapshot{ID: callID}
	return p.socket.TakeOver(ctx, callID, reason)
}

// Complaint marks the moment of a complaint (Rule C-20).
func (p *Phone) Complaint(ctx context.Context, note string) error {
	return p.socket.Complaint(ctx, p.call.ID, note)
}

// Heard is what has been heard so far, samples at 8 kHz.
func (p *Phone) Heard() []int16 { return p.voice.sound() }

// Record writes what Rule C-01 requires. Without a disposition it is other, or
// no_contact.
func (p *Phone) Record(ctx context.Context, disposition string) error {
	if disposition == "" {
		disposition = "no_contact"
		if p.call.TalkAt != nil {
			disposition = "other"
		}
	}
	return p.record(ctx, p.call.ID, p.call.Outcome, disposition)
}

func (p *Phone) record(ctx context.Context, callID uuid.UUID, outcome, disposition string) error {
	err := p.api.do(ctx, http.MethodPut, "/api/v1/calls/"+callID.String()+"/record", map[string]any{
		"state": "final", "disposition": disposition, "content": "headless softphone, outcome " + outcome, "problems": "none", "handling": "none",
	}, nil)
	if err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// Vanish ends the softphone as a killed browser does: nobody is told, and the
// session stays.
func (p *Phone) Vanish() {
	p.socket.Abandon()
	p.voice.close()
	_ = p.leg.Close()
	p.api.client.CloseIdleConnections()
}

// Call is the last that was heard of the call.
func (p *Phone) Call() wire.CallSnapshot { return p.call }

// Close ends media and socket and signs out.
func (p *Phone) Close() {
	if p.voice != nil {
		p.voice.close()
	}
	if p.leg != nil {
		_ = p.leg.Close()
	}
	if p.socket != nil {
		p.socket.Close()
	}
	end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = p.api.do(end, http.MethodDelete, "/api/v1/session", nil, nil) // the session expires by itself otherwise
	p.api.client.CloseIdleConnections()
}
