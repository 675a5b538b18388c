package signaling

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"huifang/signaling/wire"
)

// handle carries out one frame of the page and answers it.
func (s *session) handle(ctx context.Context, c *conn, frame []byte) {
	cmd, err := wire.DecodeCommand(frame)
	if err != nil {
		bad, _ := errors.AsType[*wire.DecodeError](err)
		s.hub.cfg.Metrics.command("unreadable", "invalid")
		s.reply(c, wire.Reply{ID: bad.ID, Error: problemOf(http.StatusUnprocessableEntity, "invalid", bad.Reason, bad.Detail)})
		return
	}
	running, cancel := context.WithTimeout(ctx, s.hub.cfg.Timing.Command)
	defer cancel()
	result, err := s.inTurn(running, c.user, cmd.Data)
	if err != nil {
		p := s.problem(cmd.Data.Type(), c.user, err)
		s.hub.cfg.Metrics.command(cmd.Data.Type(), p.Code)
		s.reply(c, wire.Reply{ID: cmd.ID, Error: p})
		return
	}
	raw, err := json.Marshal(result)
	if err != nil {
		p := s.problem(cmd.Data.Type(), c.user, err)
		s.reply(c, wire.Reply{ID: cmd.ID, Error: p})
		return
	}
	s.hub.cfg.Metrics.command(cmd.Data.Type(), "ok")
	s.reply(c, wire.Reply{ID: cmd.ID, OK: true, Result: raw})
}

// inTurn waits until no other command of the user runs.
func (s *session) inTurn(ctx context.Context, u User, data wire.CommandData) (any, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return s.perform(ctx, u, data)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// nothing is the result of a command that has none to tell.
type nothing struct{}

// perform asks the desk.
func (s *session) perform(ctx context.Context, u User, data wire.CommandData) (any, error) {
	desk := s.hub.cfg.Desk
	switch d := data.(type) {
	case *wire.MediaOffer:
		answer, err := desk.MediaOffer(ctx, u, d.SDP, d.Restart)
		return wire.MediaAnswer{SDP: answer}, err
	case *wire.AgentSet:
		return nothing{}, desk.SetAgentState(ctx, u, d.State, d.Reason)
	case *wire.CallDial:
		if err := mayOverride(u, d.OverrideReason); err != nil {
			return nil, err
		}
		return s.dialOnce(ctx, u, *d)
	case *wire.CallHangup:
		if err := mayOverride(u, d.OverrideReason); err != nil {
			return nil, err
		}
		return nothing{}, desk.Hangup(ctx, u, d.CallID, d.OverrideReason)
	case *wire.CallMute:
		return nothing{}, desk.Mute(ctx, u, d.CallID, d.Muted)
	case *wire.CallHold:
		return nothing{}, desk.Hold(ctx, u, d.CallID)
	case *wire.CallResume:
		return nothing{}, desk.Resume(ctx, u, d.CallID)
	case *wire.CallDTMF:
		return nothing{}, desk.DTMF(ctx, u, d.CallID, d.Digits)
	case *wire.CallPause:
		return nothing{}, desk.Pause(ctx, u, d.CallID, d.Reason, d.Note)
	case *wire.CallUnpause:
		return nothing{}, desk.Unpause(ctx, u, d.CallID)
	case *wire.CallComplaint:
		return nothing{}, desk.Complaint(ctx, u, d.CallID, d.Note)
	case *wire.MonitorStart, *wire.MonitorMode, *wire.MonitorStop, *wire.MonitorTakeOver:
		return nothing{}, monitor(ctx, desk, u, d)
	case *wire.OfferAccept, *wire.OfferDecline, *wire.TransferStart, *wire.TransferComplete, *wire.TransferThreeWay, *wire.TransferEnd:
		return nothing{}, transfer(ctx, desk, u, d)
	case *wire.QualityReport:
		return nothing{}, desk.QualityReport(ctx, u, *d)
	default: // wire.Ping: the answer is the point
		return nothing{}, nil
	}
}

// transfer carries out what concerns calls that ring and that change hands.
func transfer(ctx context.Context, desk Desk, u User, data any) error {
	switch d := data.(type) {
	case *wire.OfferAccept:
		return desk.AnswerOffer(ctx, u, d.OfferID, true, "")
	case *wire.OfferDecline:
		return desk.AnswerOffer(ctx, u, d.OfferID, false, d.Reason)
	case *wire.TransferStart:
		return desk.Transfer(ctx, u, *d)
	case *wire.TransferComplete:
		return desk.CompleteTransfer(ctx, u, d.CallID)
	case *wire.TransferThreeWay:
		return desk.ThreeWay(ctx, u, d.CallID)
	case *wire.TransferEnd:
		return desk.EndTransfer(ctx, u, d.CallID)
	}
	return nil
}

// monitor carries out what supervisors may do with the calls of agents.
func monitor(ctx context.Context, desk Desk, u User, data any) error {
	if !u.Supervisor {
		return problemOf(http.StatusForbidden, "forbidden", "role", "only supervisors take part in the calls of agents")
	}
	switch d := data.(type) {
	case *wire.MonitorStart:
		return desk.Monitor(ctx, u, d.CallID, d.Mode, d.Reason)
	case *wire.MonitorMode:
		return desk.Monitor(ctx, u, d.CallID, d.Mode, "")
	case *wire.MonitorStop:
		return desk.StopMonitor(ctx, u, d.CallID)
	case *wire.MonitorTakeOver:
		return desk.TakeOver(ctx, u, d.CallID, d.Reason)
	}
	return nil
}

// mayOverride lets only supervisors override a rule (Rules T-03, T-05).
func mayOverride(u User, reason string) error {
	if reason == "" || u.Supervisor {
		return nil
	}
	return problemOf(http.StatusForbidden, "forbidden", "override", "only supervisors may override a rule")
}

// problem makes what is sent of an error and logs what is our fault.
func (s *session) problem(t wire.CommandType, u User, err error) *wire.Problem {
	if p, ok := errors.AsType[*wire.Problem](err); ok {
		return p
	}
	p := s.hub.cfg.Problem(err)
	if p.Ref != "" {
		s.hub.cfg.Logger.Error("command ended in an internal error", "type", t, "agent_id", u.ID, "ref", p.Ref, "error", err)
	}
	return p
}

func problemOf(status int, code, reason, detail string) *wire.Problem {
	return &wire.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Reason: reason, Detail: detail}
}

// dialMemorySize is how many dials a session remembers by their request id.
const dialMemorySize = 16

// dialMemory answers a repeated dial with what the first one gave. The
// session's turn guards it: dials of one user never run side by side.
type dialMemory struct{ last []dialResult }

type dialResult struct {
	requestID string
	snapshot  any
	err       error
}

// dialOnce dials, unless the page repeats a request that it has no answer of:
// the customer's phone must not ring twice.
func (s *session) dialOnce(ctx context.Context, u User, d wire.CallDial) (any, error) {
	s.mu.Lock()
	for _, known := range s.dials.last {
		if known.requestID == d.RequestID {
			s.mu.Unlock()
			return known.snapshot, known.err
		}
	}
	s.mu.Unlock()
	snapshot, err := s.hub.cfg.Desk.Dial(ctx, u, d)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.dials.last) == dialMemorySize {
		s.dials.last = s.dials.last[1:]
	}
	s.dials.last = append(s.dials.last, dialResult{d.RequestID, snapshot, err})
	return snapshot, err
}
