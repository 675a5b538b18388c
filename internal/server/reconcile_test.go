package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/httpapi"
	"huifang/internal/replay"
	"huifang/internal/server"
	"huifang/recording/archive"
)

// compared has calls, rows and objects compared and gives what is open then, by kind.
func (h *house) compared(c *http.Client) (open map[string]int64, run httpapi.ReconciliationRun) {
	h.t.Helper()
	order := httpapi.ReconciliationOrder{From: time.Now().Add(-24 * time.Hour), To: time.Now().Add(time.Minute)}
	if code, body := h.send(c, http.MethodPost, h.base+"/api/v1/reconciliation/runs", order); code != http.StatusOK {
		h.t.Fatalf("%d %s", code, body)
	}
	var s httpapi.ReconciliationState
	h.eventually("the comparison to end", func() bool {
		code, body := h.get(c, "/api/v1/reconciliation")
		return code == http.StatusOK && json.Unmarshal(body, &s) == nil && !s.Running && s.Runs[0].EndedAt != nil
	})
	open = map[string]int64{}
	for _, k := range s.Open {
		if k.Count > 0 {
			open[k.Kind] = k.Count
		}
	}
	return open, s.Runs[0]
}

// stray puts an object into the bucket that no row has, as old as it shall be.
func (h *house) stray(age time.Duration) (key string) {
	h.t.Helper()
	client, err := server.StorageClient(h.cfg, h.options.StorageSecret)
	h.must(err)
	defer client.Close()
	key = archive.Key(uuid.New(), time.Now())
	_, err = client.PutNote(h.t.Context(), key, []byte("stray"), time.Now().Add(time.Hour))
	h.must(err)
	at := time.Now().Add(-age)
	h.must(os.Chtimes(objects.File(h.cfg.Storage.Bucket, key), at, at))
	return key
}

func (h *house) differences(c *http.Client, query string) []httpapi.Difference {
	h.t.Helper()
	var page httpapi.DifferencePage
	if code, body := h.get(c, "/api/v1/reconciliation/differences"+query); code != http.StatusOK || json.Unmarshal(body, &page) != nil {
		h.t.Fatalf("%d %s", code, body)
	}
	return page.Items
}

// Rules T-01, T-02: calls, rows, recordings and objects are compared. Nothing
// differs after calls as they are; whatever is broken then is found once, as
// what it is, and stays until the records head closes it with a reason.
func TestRuleT02_WhatDoesNotFitIsFoundAndClosedWithAReason(t *testing.T) {
	t.Parallel()
	h := openHouse(t, nil)
	h.person("head", access.RoleRecordsHead)
	head, boss := h.signIn("head"), h.signIn("boss")
	agent := h.person("lina", access.RoleAgent)
	quick := h.program("quick", func(p *callback.Program) { p.RecordingNotice = false })
	p := h.phone(agent)
	talked := h.work(p, behaviour{tail: "00000001", hangup: time.Second}, h.task(agent, quick, "00000001"), 1).recording
	var calls []replay.Detail
	for range 5 {
		calls = append(calls, h.recorded(p, agent, quick))
	}
	if open, run := h.compared(head); len(open) != 0 || run.Calls != 6 || run.Recordings != 6 || run.Objects != 6 || run.Read != 6 || run.Error != "" || run.By.Value.Name != "head" {
		t.Fatalf("after calls as they are: %v %+v %+v", open, run, h.differences(head, ""))
	}

	// Broken as nobody can through the product: by the database's owner, at the storage's disk.
	databases.Exec(t, h.cfg.Database.OwnerDSN,
		`UPDATE recording SET state = 'failed', error = 'disk' WHERE id = '`+calls[0].ID.String()+`'`,
		`UPDATE recording SET duration_ms = duration_ms + 5000 WHERE id = '`+calls[1].ID.String()+`'`,
		`UPDATE recording SET empty_right = true WHERE id = '`+talked.ID.String()+`'`)
	h.must(os.Remove(objects.File(calls[2].Bucket, calls[2].ObjectKey)))
	f, err := os.OpenFile(objects.File(calls[3].Bucket, calls[3].ObjectKey), os.O_WRONLY, 0)
	h.must(err)
	_, err = f.WriteAt([]byte("x"), calls[3].ObjectBytes-1)
	h.must(err)
	h.must(f.Close())
	h.stray(0) // just stored: its row may still come
	lost := h.stray(2 * time.Hour)

	want := map[string]string{
		"call_without_recording": calls[0].CallID.String(), "duration_differs": calls[1].ID.String(), "channel_empty": talked.ID.String(),
		"recording_without_object": calls[2].ID.String(), "hash_differs": calls[3].ID.String(), "object_without_row": lost,
	}
	for range 2 { // the second time nothing is new
		open, run := h.compared(head)
		items := h.differences(head, "")
		if len(items) != len(want) || run.Error != "" || run.Found != int64(len(want)) {
			t.Fatalf("%v %+v %+v", open, run, items)
		}
		for _, i := range items {
			if want[i.Kind] != i.Ref || open[i.Kind] != 1 || i.Expected == i.Found {
				t.Errorf("%+v", i)
			}
		}
	}
	if m := h.metrics(); !strings.Contains(m, `huifang_reconcile_open_items{kind="hash_differs"} 1`) || !strings.Contains(m, `huifang_reconcile_runs_total{result="whole"} 3`) {
		t.Error("the metrics do not show it")
	}

	item := h.differences(head, "?kind=hash_differs")[0]
	closing := h.base + "/api/v1/reconciliation/differences/" + item.ID.String() + "/close"
	for _, row := range []struct {
		who    *http.Client
		reason string
		want   int
	}{
		{boss, "an auditor may look", http.StatusForbidden}, {head, "  ", http.StatusUnprocessableEntity},
		{head, "reported to the storage's keeper, case 7", http.StatusNoContent}, {head, "again", http.StatusConflict},
	} {
		if code, body := h.send(row.who, http.MethodPost, closing, httpapi.DifferenceClosing{Reason: row.reason}); code != row.want {
			t.Errorf("%q: %d %s", row.reason, code, body)
		}
	}
	open, _ := h.compared(head)
	closed := h.differences(head, "?closed=true")
	if open["hash_differs"] != 0 || len(open) != len(want)-1 || len(closed) != 1 || closed[0].ClosedBy.Value.Name != "head" || !strings.Contains(closed[0].Reason, "case 7") {
		t.Errorf("after it was closed: %v %+v", open, closed)
	}
	if code, body := h.get(boss, "/api/v1/audit?action=difference.closed"); code != http.StatusOK || !strings.Contains(string(body), "case 7") {
		t.Errorf("the audit log: %d %s", code, body)
	}
	for _, sql := range []string{`DELETE FROM reconcile_item`, `UPDATE reconcile_item SET reason = 'none' WHERE closed_at IS NOT NULL`, `UPDATE reconcile_item SET found = ''`} {
		if databases.Try(t, h.cfg.Database.DSN, sql) == nil {
			t.Errorf("done as the application: %s", sql)
		}
	}
}
