package switchboard

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// transferring is a talking call that rings at a colleague's.
func (w *world) transferring(consult bool) (s *Snapshot, colleague uuid.UUID, leg *fakeAgentLeg) {
	w.t.Helper()
	colleague = uuid.New()
	if _, err := w.sb.MediaOffer(w.t.Context(), colleague, "offer", false); err != nil {
		w.t.Fatal(err)
	}
	leg = w.media
	if err := w.sb.SetAgentState(colleague, AgentReady, ""); err != nil {
		w.t.Fatal(err)
	}
	s = w.talking()
	w.must(w.sb.Transfer(w.t.Context(), TransferOrder{CallID: s.ID, AgentID: w.agent, ColleagueID: colleague, AgentName: "Li", ColleagueName: "Han", Consult: consult, Note: "fees"}))
	return s, colleague, leg
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) offerAt(line uuid.UUID) Offer {
	w.t.Helper()
	p := w.sb.Presence(line)
	if p.Offer == nil {
		w.t.Fatal("nothing rings")
	}
	return *p.Offer
}

// back waits until the agent has the customer again and the colleague is free.
func (w *world) back(s *Snapshot, colleague uuid.UUID, result string) {
	w.t.Helper()
	w.until("the agent to have the customer back", func() bool {
		return len(w.shots) > 0 && slices.ContainsFunc(w.shots, func(shot *Snapshot) bool {
			return !shot.Guest && shot.State == "talking" && shot.Transfer.Phase == "" && shot.Transfer.Result == result
		})
	})
	w.until("the mark", func() bool {
		return slices.ContainsFunc(w.marks, func(m CallMark) bool {
			return m.Kind == call.MarkTransfer && m.EndReason == result && m.With == colleague && m.Note == "fees" && !m.EndedAt.IsZero()
		})
	})
	if p := w.sb.Presence(w.agent); p.Call == nil || p.Call.ID != s.ID || p.Agent.State != AgentCalling {
		w.t.Fatalf("%+v", p)
	}
	p := w.sb.Presence(colleague)
	if p.Call != nil || p.Offer != nil || p.Agent.State == AgentCalling {
		w.t.Fatalf("the colleague's line is not free: %+v", p)
	}
}

func TestTransfer_BlindTheColleagueHasTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, colleague, _ := w.transferring(false)
	ctx := t.Context()
	o := w.offerAt(colleague)
	if o.Kind != OfferTransfer || o.CallID != s.ID || o.From != "Li" || o.Why != "fees" || o.Customer.Name != "王小明" {
		t.Fatalf("%+v", o)
	}
	if held := w.sb.Presence(w.agent).Call; held.State != "held" || held.Transfer != (TransferRef{Phase: "offered", Kind: "blind", With: "Han"}) {
		t.Fatalf("the customer hears music: %+v", held)
	}
	_, err := w.sb.Dial(ctx, DialRequest{AgentID: colleague, TaskID: uuid.New()})
	w.refuses(err, "offer_open")
	w.refuses(w.sb.Transfer(ctx, TransferOrder{CallID: s.ID, AgentID: w.agent, ColleagueID: colleague}), "transferring")
	w.refuses(w.sb.TakeOver(ctx, w.supervisor(), s.ID, "x"), "transferring")
	w.refuses(w.sb.AnswerOffer(ctx, colleague, uuid.New(), true, ""), "offer_over")
	w.refuses(w.sb.CompleteTransfer(ctx, w.agent, s.ID), "invalid_state")
	w.must(w.sb.AnswerOffer(ctx, colleague, o.ID, true, ""))
	if p := w.sb.Presence(colleague); p.Call == nil || p.Call.ID != s.ID || p.Call.State != "talking" || p.Call.Guest || p.Call.Transfer.Phase != "" || p.Agent.State != AgentCalling {
		t.Fatalf("%+v", p)
	}
	if p := w.sb.Presence(w.agent); p.Call != nil || p.Agent.State != AgentReady {
		t.Fatalf("the first agent is not free: %+v", p)
	}
	w.refuses(w.sb.AnswerOffer(ctx, colleague, o.ID, true, ""), "offer_over")
	w.must(w.sb.Hangup(ctx, colleague, s.ID, ""))
	// Rule C-01: who has the call at its end writes the record.
	w.until("the colleague's wrap-up", func() bool { return len(w.endings) == 1 && w.sb.Presence(colleague).Agent.State == AgentWrapup })
	log := w.seen().log
	want := []string{"mark transfer_started", "mark transfer_accepted", "hand over call", "mark handover", "mark transfer_ended"}
	for _, what := range want {
		i := slices.Index(log, what)
		if i < 0 {
			t.Fatalf("%s is missing in %v", what, log)
		}
		log = log[i:]
	}
	if open := slices.Index(w.seen().log, "open recording"); slices.Contains(w.seen().log[open+1:], "open recording") {
		t.Error("the call has a second recording")
	}
}

func TestTransfer_NotTakenGivesTheCustomerBack(t *testing.T) {
	t.Parallel()
	ends := map[string]func(w *world, s *Snapshot, colleague uuid.UUID, leg *fakeAgentLeg){
		call.TransferDeclined: func(w *world, _ *Snapshot, colleague uuid.UUID, _ *fakeAgentLeg) {
			w.must(w.sb.AnswerOffer(w.t.Context(), colleague, w.offerAt(colleague).ID, false, "busy"))
		},
		call.TransferCancelled: func(w *world, s *Snapshot, _ uuid.UUID, _ *fakeAgentLeg) {
			w.must(w.sb.EndTransfer(w.t.Context(), w.agent, s.ID))
		},
		call.TransferTimedOut: func(w *world, s *Snapshot, _ uuid.UUID, _ *fakeAgentLeg) {
			a, err := w.sb.byID(s.ID)
			w.must(err)
			a.tell(call.TimerFired{At: time.Now(), Timer: call.TimerOffer})
		},
		call.TransferLost: func(w *world, _ *Snapshot, colleague uuid.UUID, _ *fakeAgentLeg) { w.sb.Gone(colleague) },
		call.TransferFailed: func(w *world, _ *Snapshot, colleague uuid.UUID, _ *fakeAgentLeg) {
			o := w.offerAt(colleague)
			w.until("what came before to be written", func() bool { return slices.Contains(w.log, "move talking to held") && len(w.marks) > 0 })
			w.mu.Lock()
			w.ledgerErr = errors.New("database away")
			w.mu.Unlock()
			if err := w.sb.AnswerOffer(w.t.Context(), colleague, o.ID, true, ""); err == nil {
				w.t.Error("given away without the database")
			}
			w.mu.Lock()
			w.ledgerErr = nil
			w.mu.Unlock()
		},
	}
	for how, end := range ends {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s, colleague, leg := w.transferring(false)
			end(w, s, colleague, leg)
			w.back(s, colleague, how)
		})
	}
}

func TestTransfer_ConsultationEndsEitherWay(t *testing.T) {
	t.Parallel()
	ends := map[string]func(w *world, s *Snapshot, colleague uuid.UUID, leg *fakeAgentLeg){
		call.TransferReturned: func(w *world, s *Snapshot, _ uuid.UUID, _ *fakeAgentLeg) {
			w.must(w.sb.EndTransfer(w.t.Context(), w.agent, s.ID))
		},
		call.TransferLeft: func(w *world, s *Snapshot, colleague uuid.UUID, _ *fakeAgentLeg) {
			w.must(w.sb.EndTransfer(w.t.Context(), colleague, s.ID))
		},
		call.TransferLost: func(_ *world, _ *Snapshot, _ uuid.UUID, leg *fakeAgentLeg) { leg.set(false, "disconnected") },
	}
	for how, end := range ends {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s, colleague, leg := w.transferring(true)
			w.must(w.sb.AnswerOffer(t.Context(), colleague, w.offerAt(colleague).ID, true, ""))
			p := w.sb.Presence(colleague)
			if p.Call == nil || !p.Call.Guest || p.Call.ID != s.ID || p.Call.Transfer.With != "Li" || p.Call.Transfer.Phase != "consulting" || p.Agent.State != AgentCalling {
				t.Fatalf("%+v", p)
			}
			_, err := w.sb.Dial(t.Context(), DialRequest{AgentID: colleague, TaskID: uuid.New()})
			w.refuses(err, "monitoring")
			if err := w.sb.Hangup(t.Context(), colleague, s.ID, ""); !errors.Is(err, ErrNoCall) {
				t.Fatalf("a guest steers the call: %v", err)
			}
			w.refuses(w.sb.Monitor(t.Context(), MonitorOrder{CallID: s.ID, SupervisorID: w.supervisor(), Hearing: HearingListen, Reason: "x"}), "transferring")
			w.must(w.sb.ThreeWay(t.Context(), w.agent, s.ID))
			end(w, s, colleague, leg)
			w.back(s, colleague, how)
		})
	}
}

func TestTransfer_CustomerHangsUpInAConsultation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, colleague, _ := w.transferring(true)
	w.must(w.sb.AnswerOffer(t.Context(), colleague, w.offerAt(colleague).ID, true, ""))
	w.lastLeg().report(LegHungUp{At: time.Now()})
	w.until("the wrap-up of the agent", func() bool { return len(w.endings) == 1 && w.sb.Presence(w.agent).Agent.State == AgentWrapup })
	if p := w.sb.Presence(colleague); p.Call != nil || p.Agent.State != AgentReady {
		t.Fatalf("%+v", p)
	}
	if _, err := w.sb.Dial(t.Context(), DialRequest{AgentID: colleague, TaskID: uuid.New()}); err != nil {
		t.Fatalf("the colleague's line is not free: %v", err)
	}
	w.until("the colleague's last word of the call", func() bool {
		return slices.ContainsFunc(w.shots, func(shot *Snapshot) bool {
			return shot.ID == s.ID && shot.Guest && shot.State == "closed" && shot.Reason == "transfer_call_ended"
		})
	})
}

// An agent who does not come back: the call becomes the colleague's.
func TestTransfer_AgentGoneBesideAColleague(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s, colleague, _ := w.transferring(true)
	w.must(w.sb.AnswerOffer(t.Context(), colleague, w.offerAt(colleague).ID, true, ""))
	w.sb.Gone(w.agent)
	w.until("the loss", func() bool { return slices.Contains(w.log, "mark agent_lost") })
	a, err := w.sb.byID(s.ID)
	w.must(err)
	a.tell(call.TimerFired{At: time.Now(), Timer: call.TimerAgent})
	w.until("the handover", func() bool {
		return slices.ContainsFunc(w.marks, func(m CallMark) bool {
			return m.Kind == call.MarkHandover && m.By == colleague && m.Reason == "agent_lost"
		})
	})
	w.until("the colleague with the customer", func() bool {
		last := w.shots[len(w.shots)-1]
		return last.State == "talking" && !last.Guest && last.AgentConnected
	})
	if p := w.sb.Presence(w.agent); p.Call != nil || p.Agent.State != AgentOffline {
		t.Fatalf("%+v", p)
	}
}
