package switchboard

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// CallMark is a stretch or a moment of a call, as the ledger keeps it.
type CallMark struct {
	ID, CallID, RecordingID uuid.UUID
	Kind                    call.MarkKind
	By                      uuid.UUID
	With                    uuid.UUID // the colleague of a transfer; uuid.Nil for all else
	At                      time.Time
	EndedAt                 time.Time // zero while it lasts; At for a moment
	EndReason               string    // how a pause ended, see call.PauseEndedBy*
	Reason                  string    // of a pause, see call.PauseReasons
	Note                    string
}

// mark writes a mark, or the end of one that is written.
func (a *actor) mark(m CallMark) {
	m.CallID, m.RecordingID = a.id, a.recordingID
	a.sb.cfg.Metrics.marked(m)
	a.scribe.note("mark "+string(m.Kind), func(ctx context.Context) error { return a.sb.cfg.Ledger.MarkCall(ctx, m) })
}

// pause keeps both sides out of the recording (Rule T-13).
func (a *actor) pause(e call.PauseRecording) {
	a.pauseMark = CallMark{ID: uuid.New(), Kind: call.MarkPause, By: a.line.agentID, At: e.At, Reason: string(e.Reason), Note: e.Note}
	a.recorder.Pause(map[string]string{"reason": string(e.Reason), "note": e.Note, "by": a.line.agentID.String()})
	a.mark(a.pauseMark)
}

func (a *actor) unpause(e call.UnpauseRecording) {
	a.recorder.Unpause(map[string]string{"ended_by": e.How, "by": a.line.agentID.String()})
	m := a.pauseMark
	m.EndedAt, m.EndReason = e.At, e.How
	a.mark(m)
}

// Pause keeps both sides out of the recording while a card number or the like
// is said; both go on hearing each other (Rule T-13). Its limits are those of
// the program: *call.PauseRefusedError.
func (s *Switchboard) Pause(ctx context.Context, agentID, callID uuid.UUID, reason call.PauseReason, note string) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{event: call.PausePressed{At: s.cfg.Clock(), Reason: reason, Note: note}})
}

// Unpause ends a secure pause.
func (s *Switchboard) Unpause(ctx context.Context, agentID, callID uuid.UUID) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{event: call.UnpausePressed{At: s.cfg.Clock()}})
}

// Complaint marks the moment at which the customer complains, in the recording
// and in the ledger (Rule C-20).
func (s *Switchboard) Complaint(ctx context.Context, agentID, callID uuid.UUID, note string) error {
	a, err := s.find(agentID, callID)
	if err != nil {
		return err
	}
	return a.ask(ctx, message{do: func() error {
		if !a.call.State.Answered() {
			return &RefusedError{Rule: "C-20", Reason: "not_answered", Detail: "nobody has complained before the call is answered"}
		}
		now := s.cfg.Clock()
		a.recorder.MarkDetail(string(call.MarkComplaint), now, map[string]string{"by": agentID.String(), "note": note})
		a.mark(CallMark{ID: uuid.New(), Kind: call.MarkComplaint, By: agentID, At: now, EndedAt: now, Note: note})
		a.complaints++
		a.publish()
		return nil
	}})
}
