package backend

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/switchboard"
)

func TestNew_SaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := New(Deps{}); err == nil {
		t.Fatal("a backend of nothing")
	}
	if _, err := NewSystem(SystemConfig{}); err == nil {
		t.Fatal("a system report of nothing")
	}
}

func TestNew_FillsEveryPort(t *testing.T) {
	t.Parallel()
	s := newHouse(t).services(t, parts{})
	if s.Sessions == nil || s.Users == nil || s.Tasks == nil || s.Customers == nil || s.Calls == nil || s.Recordings == nil ||
		s.Wave == nil || s.Audit == nil || s.System == nil {
		t.Fatalf("%+v", s)
	}
}

// mark is a counted attempt.
func mark(day int, window string) callback.Mark {
	return callback.Mark{AttemptID: uuid.New(), Slot: callback.Slot{Date: calendar.Date{Year: 2026, Month: time.November, Day: day}, Window: window},
		DialedAt: morning.AddDate(0, 0, day-24), EndedAt: morning.AddDate(0, 0, day-24), Outcome: call.OutcomeNoAnswer, Counted: true}
}

func TestRuleT04_ProofBadge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		marks    []callback.Mark
		windows  float64
		complete bool
	}{
		"two windows": {[]callback.Mark{mark(19, "10:00-11:00"), mark(20, "10:00-11:00"), mark(23, "14:00-16:00")}, 2, true},
		"one window":  {[]callback.Mark{mark(19, "10:00-11:00"), mark(20, "10:00-11:00"), mark(23, "10:00-11:00")}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.work.view.Marks = row.marks
			h.work.view.Task.State = callback.TaskWaiting
			task := object(t, h.ask(http.MethodGet, "/tasks/"+h.work.view.Task.ID.String(), "agent", ""), http.StatusOK)
			proof := task["proof"].(map[string]any)
			if proof["counted"] != 3.0 || proof["needed"] != 3.0 || proof["dates"] != 3.0 || proof["windows"] != row.windows || proof["complete"] != row.complete {
				t.Fatalf("%v", proof)
			}
		})
	}
}

func TestTask_AbsentTimesAreNullAndListsAreNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	task := object(t, h.ask(http.MethodGet, "/tasks/"+h.work.view.Task.ID.String(), "agent", ""), http.StatusOK)
	for _, key := range []string{"hard_due_at", "appointment_at", "next_from", "next_until", "closed_at", "wrapup_call_id"} {
		if v, there := task[key]; !there || v != nil {
			t.Errorf("%s is %v", key, v)
		}
	}
	for _, key := range []string{"attempts", "calls", "script"} {
		if _, ok := task[key].([]any); !ok {
			t.Errorf("%s is %v", key, task[key])
		}
	}
	for _, path := range []string{"/tasks", "/sessions", "/programs", "/me/call"} {
		if body := h.ask(http.MethodGet, path, "agent", "").Body.String(); !strings.Contains(body, "[]") || strings.Contains(body, "0001-01-01") {
			t.Errorf("%s: %s", path, body)
		}
	}
	for path, login := range map[string]string{"/recordings": "auditor", "/audit": "auditor", "/customers": "supervisor"} {
		if body := h.ask(http.MethodGet, path, login, "").Body.String(); !strings.Contains(body, "[]") {
			t.Errorf("%s: %s", path, body)
		}
	}
}

func TestRuleS01_NumbersLeaveMasked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for path, login := range map[string]string{
		"/tasks/" + h.work.view.Task.ID.String():   "agent",
		"/calls/" + h.work.call.ID.String():        "agent",
		"/recordings/" + h.tape.detail.ID.String(): "auditor",
	} {
		w := h.ask(http.MethodGet, path, login, "")
		if body := w.Body.String(); w.Code != http.StatusOK || strings.Contains(body, digits) || !strings.Contains(body, "138****5678") {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
	}
}

func TestCurrent_NoCallIsNull(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if mine := object(t, h.ask(http.MethodGet, "/me/call", "agent", ""), http.StatusOK); mine["call"] != nil {
		t.Fatalf("%v", mine)
	}
	if v := current(h.board)(h.agent.ID); v != nil {
		t.Fatalf("%#v is not nil", v)
	}
	h.board.shown = &switchboard.Snapshot{ID: h.work.call.ID, State: "wrapup"}
	mine := object(t, h.ask(http.MethodGet, "/me/call", "agent", ""), http.StatusOK)
	if c := mine["call"].(map[string]any); c["id"] != h.work.call.ID.String() || c["state"] != "wrapup" || c["ringing_at"] != nil {
		t.Fatalf("%v", c)
	}
}
