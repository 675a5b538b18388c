package backend

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"huifang/internal/call"
)

const (
	finalRecord = `{"state":"final","disposition":"completed","content":"all well","problems":"none","handling":"none"}`
	draftRecord = `{"state":"draft","content":"all"}`
)

func TestRuleC01_FinalRecordFreesTheLine(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		login, body string
		err         error
		live        bool
		status      int
		freed       int
	}{
		"final":           {login: "agent", body: finalRecord, status: 200, freed: 1},
		"draft":           {login: "agent", body: draftRecord, status: 200},
		"incomplete":      {login: "agent", body: `{"state":"final","disposition":"completed"}`, status: 422},
		"call not over":   {login: "agent", body: finalRecord, live: true, status: 409},
		"somebody else's": {login: "supervisor", body: finalRecord, status: 403},
		"store away":      {login: "agent", body: finalRecord, err: errors.New("connection lost"), status: 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.work.err = row.err
			if row.live {
				h.work.call.State = call.StateTalking
			}
			w := h.ask(http.MethodPut, "/calls/"+h.work.call.ID.String()+"/record", row.login, row.body)
			if w.Code != row.status {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			if len(h.board.freed) != row.freed {
				t.Fatalf("freed %v", h.board.freed)
			}
			if row.freed > 0 && h.board.freed[0] != [2]uuid.UUID{h.agent.ID, h.work.call.ID} {
				t.Fatalf("freed %v", h.board.freed)
			}
		})
	}
}

func TestRuleC01_LostAnswerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := "/calls/" + h.work.call.ID.String() + "/record"
	object(t, h.ask(http.MethodPut, path, "agent", finalRecord), http.StatusOK)
	again := object(t, h.ask(http.MethodPut, path, "agent", finalRecord), http.StatusConflict)
	want := [2]uuid.UUID{h.agent.ID, h.work.call.ID}
	if again["reason"] != "record_final" || !slices.Equal(h.board.freed, [][2]uuid.UUID{want, want}) {
		t.Fatalf("%v, freed %v", again, h.board.freed)
	}
}

func TestRecord_NotBegunHasNoIDs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r := object(t, h.ask(http.MethodGet, "/calls/"+h.work.call.ID.String()+"/record", "agent", ""), http.StatusOK)
	if r["id"] != nil || r["recording_id"] != nil || r["finished_at"] != nil || r["state"] != "draft" || r["answers"] == nil {
		t.Fatalf("%v", r)
	}
}
