package backend

import (
	"net/http"
	"testing"
	"time"

	"huifang/internal/callback"
	"huifang/internal/httpapi"
	"huifang/recording/archive"
	"huifang/signaling/sip"
)

func TestSystem_SaysWhatDoesNotWork(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.api = httpapi.NewServer(h.services(t, parts{
		recorder: callback.Health{Reason: "disk_full"},
		storage: archive.Status{Encrypted: true, MissingKeys: []string{"2026a"}, WORM: archive.WORMNotEnforced, ProbedAt: morning.Add(time.Microsecond),
			Backlog: archive.Backlog{Count: 3, Bytes: 4096, Oldest: morning.Add(-time.Hour)}},
		trunks: []sip.TrunkStatus{{Name: "main", State: sip.TrunkDown}, {Name: "spare", State: sip.TrunkUp}},
	}))
	s := object(t, h.ask(http.MethodGet, "/system", "agent", ""), http.StatusOK)
	recorder, storage := s["recorder"].(map[string]any), s["storage"].(map[string]any)
	if recorder["ok"] != false || recorder["reason"] != "disk_full" {
		t.Errorf("recorder %v", recorder)
	}
	if storage["reachable"] != false || storage["worm"] != "not_enforced" || storage["backlog"] != 3.0 || storage["backlog_bytes"] != 4096.0 ||
		storage["probed_at"] != "2026-11-24T02:30:00Z" || storage["oldest_at"] != "2026-11-24T01:30:00Z" {
		t.Errorf("storage %v", storage)
	}
	if keys := storage["missing_keys"].([]any); storage["encrypted"] != true || len(keys) != 1 || keys[0] != "2026a" {
		t.Errorf("storage %v", storage)
	}
	if trunks := s["trunks"].([]any); len(trunks) != 2 || trunks[0].(map[string]any)["state"] != "down" || trunks[1].(map[string]any)["name"] != "spare" {
		t.Errorf("trunks %v", trunks)
	}
	if c := s["calendar"].(map[string]any); c["year_announced"] != true || c["next_year_announced"] != false {
		t.Errorf("calendar %v", c)
	}
}

func TestSystem_BeforeTheFirstProbe(t *testing.T) {
	t.Parallel()
	s := object(t, newHouse(t).ask(http.MethodGet, "/system", "agent", ""), http.StatusOK)
	storage := s["storage"].(map[string]any)
	if storage["worm"] != "unknown" || storage["probed_at"] != nil || storage["oldest_at"] != nil || storage["encrypted"] != false || len(storage["missing_keys"].([]any)) != 0 {
		t.Errorf("storage %v", storage)
	}
	if trunks, ok := s["trunks"].([]any); !ok || len(trunks) != 0 {
		t.Errorf("trunks %v", s["trunks"])
	}
}
