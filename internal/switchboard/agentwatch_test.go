package switchboard

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// lastShot is the call as the page has it.
func (w *world) lastShot() *Snapshot {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shots[len(w.shots)-1]
}

// talk brings a call to talking.
func (w *world) talk() *Snapshot {
	w.t.Helper()
	w.ready()
	s := w.dial()
	w.lastLeg().report(LegAnswered{At: time.Now()})
	w.state("talking")
	return s
}

// An agent whose connection is up but sends nothing is lost within 1.5 s, and
// back with the first packet. The clock is simulated, so the times are exact.
func TestAgentWatch_DeadMediaIsNoticedWithinOneAndAHalfSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		s := w.talk()
		pass(10 * time.Second)
		if !w.lastShot().AgentConnected {
			t.Fatal("an agent that sends was lost")
		}
		for round := range 2 {
			pass(33 * time.Millisecond) // packets do not know of our looks
			w.media.stop()
			stopped := time.Now()
			w.until("agent lost", func() bool { return !w.shots[len(w.shots)-1].AgentConnected })
			if took := time.Since(stopped); took < time.Second || took > 1500*time.Millisecond {
				t.Fatalf("round %d: noticed after %v", round, took)
			}
			pass(5 * time.Second)
			w.media.start()
			flows := time.Now()
			w.until("agent back", func() bool { return w.shots[len(w.shots)-1].AgentConnected })
			if took := time.Since(flows); took > agentInterval {
				t.Fatalf("round %d: back after %v", round, took)
			}
		}
		var marks []string
		for _, l := range w.seen().log {
			if l == "mark agent_lost" || l == "mark agent_back" {
				marks = append(marks, l)
			}
		}
		if want := []string{"mark agent_lost", "mark agent_back", "mark agent_lost", "mark agent_back"}; !slices.Equal(marks, want) {
			t.Fatalf("marks of the recording: %v", marks)
		}
		if got := w.sb.Presence(w.agent).Call; got == nil || got.ID != s.ID || got.State != "talking" {
			t.Fatalf("the call: %+v", got)
		}
	})
}

// A gap that the network makes is not the end of an agent.
func TestAgentWatch_AShortGapIsNoLoss(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.talk()
		for range 5 {
			w.media.stop()
			pass(1100 * time.Millisecond)
			w.media.start()
			pass(agentInterval)
		}
		if slices.Contains(w.seen().log, "mark agent_lost") {
			t.Fatal("lost for a gap of 1.1 s")
		}
	})
}

// A dead agent does not come back by a new connection alone: something must come over it.
func TestAgentWatch_BackWithPacketsNotWithTheConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.talk()
		w.media.set(false, "disconnected")
		w.until("agent lost", func() bool { return !w.shots[len(w.shots)-1].AgentConnected })
		w.media.stop()
		w.media.set(true, "connected") // ICE is up again, the page still frozen
		pass(3 * time.Second)
		if w.lastShot().AgentConnected {
			t.Fatal("back without a packet")
		}
		w.media.start()
		w.until("agent back", func() bool { return w.shots[len(w.shots)-1].AgentConnected })
	})
}

// The customer is not kept waiting for ever.
func TestAgentWatch_SilentForThirtySecondsEndsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.talk()
		w.media.stop()
		stopped := time.Now()
		pass(30 * time.Second) // longer than until waits
		w.until("end", func() bool { return len(w.endings) == 1 })
		if took := time.Since(stopped); took < 31*time.Second || took > 32*time.Second || w.seen().endings[0].Reason != "agent_lost" {
			t.Fatalf("after %v: %+v", took, w.seen().endings[0])
		}
	})
}

// pass lets simulated time pass.
func pass(d time.Duration) { <-time.After(d) }
