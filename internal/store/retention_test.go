package store

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/retention"
	"huifang/internal/testkit/s3"
	"huifang/recording/archive"
)

// old makes a recording of 2021 whose retention is over by its row.
func (w *world) old(o archive.Object) uuid.UUID {
	w.t.Helper()
	ctx := w.t.Context()
	w.at = time.Date(2021, 3, 1, 2, 0, 0, 0, time.UTC).Add(time.Duration(len(w.t.Name())) * time.Minute)
	c, _ := w.made(w.at, "10:00-11:00", call.OutcomeNoAnswer, false)
	w.exec(`UPDATE task SET state = 'open' WHERE id = $1`, c.TaskID)
	w.ok(w.Sealed(ctx, sealed(c.RecordingID, w.at)))
	_, ok, err := w.ClaimUpload(ctx, "one", w.at.Add(time.Hour), time.Minute)
	if err != nil || !ok {
		w.t.Fatal(ok, err)
	}
	o.LockMode, o.RetainUntil = "COMPLIANCE", w.at.AddDate(3, 0, 1)
	if o.Key == "" {
		o.Bucket, o.Key, o.VersionID = "b", "k", "v"
	}
	w.ok(w.Stored(ctx, c.RecordingID, o, w.at.Add(time.Hour)))
	w.ok(w.Verified(ctx, c.RecordingID, w.at.Add(time.Hour)))
	return c.RecordingID
}

func (w *world) head(login string) access.Principal {
	return access.Principal{User: w.addUser(login, access.RoleRecordsHead)}
}

func (w *world) retention() *retention.Service {
	s, err := retention.NewService(w.Store, time.Now)
	w.ok(err)
	return s
}

// ids gives the recordings of a list.
func ids(list []retention.Held) (out []uuid.UUID) {
	for _, h := range list {
		out = append(out, h.RecordingID)
	}
	return out
}

func TestRuleT02_EveryHoldCounts(t *testing.T) {
	w := newWorld(t)
	ctx, s, head := t.Context(), w.retention(), w.head("head")
	id := w.old(archive.Object{})
	candidates := func() []uuid.UUID {
		list, err := s.Candidates(ctx)
		w.ok(err)
		return ids(list)
	}
	if !slices.Equal(candidates(), []uuid.UUID{id}) {
		t.Fatal("a recording whose retention is over is a candidate:", candidates())
	}
	first, err := s.PlaceHold(ctx, head, "2026-17", "claim", retention.Order{Recordings: []uuid.UUID{id}})
	w.ok(err)
	second, err := s.PlaceHold(ctx, head, "2026-18", "complaint", retention.Order{Customer: w.task.CustomerID})
	w.ok(err)
	if _, err := s.PlaceHold(ctx, head, "2026-18", "again", retention.Order{Recordings: []uuid.UUID{id}}); err == nil {
		t.Error("a case has one hold that is on")
	}
	w.ok(s.ReleaseHold(ctx, head, first.ID, "settled"))
	if len(candidates()) != 0 {
		t.Error("one of two holds is on")
	}
	if holds, err := s.HoldsOf(ctx, id); err != nil || len(holds) != 1 || holds[0].ID != second.ID {
		t.Errorf("%+v %v", holds, err)
	}
	if _, err := s.Propose(ctx, head, []uuid.UUID{id}, "over"); err == nil {
		t.Error("what is held was proposed")
	}
	if err := s.ReleaseHold(ctx, head, first.ID, "again"); err == nil {
		t.Error("a hold was released twice")
	}
	if err := s.ReleaseHold(ctx, head, second.ID, "  "); err == nil {
		t.Error("released without a reason")
	}
	wantRefused(t, w.plain(`UPDATE legal_hold SET case_number = 'x' WHERE id = $1`, second.ID), "T-02")
	wantRefused(t, w.plain(`DELETE FROM legal_hold_recording`), "T-02")
	w.ok(s.ReleaseHold(ctx, head, second.ID, "settled"))
	if len(candidates()) != 1 {
		t.Error("the last hold was released")
	}
}

func TestRuleT02_ASecondPersonApprovesTheExpiry(t *testing.T) {
	w := newWorld(t)
	ctx, s, first, second := t.Context(), w.retention(), w.head("first"), w.head("second")
	id := w.old(archive.Object{})
	wantRefused(t, w.plain(`UPDATE recording SET state = 'expired' WHERE id = $1`, id), "T-02")
	b, err := s.Propose(ctx, first, []uuid.UUID{id}, "retention over")
	w.ok(err)
	if _, err := s.Propose(ctx, second, []uuid.UUID{id}, "me too"); err == nil {
		t.Error("proposed twice")
	}
	wantRefused(t, w.plain(`UPDATE recording SET state = 'expired' WHERE id = $1`, id), "T-02")
	wantRefused(t, s.Decide(ctx, first, b.ID, true, ""), "T-02")
	if err := w.plain(`UPDATE expiry_batch SET decision = 'approved', decided_by = proposed_by, decided_at = now() WHERE id = $1`, b.ID); err == nil {
		t.Error("the table took the proposer's approval")
	}
	w.ok(s.Decide(ctx, second, b.ID, true, ""))
	if err := s.Decide(ctx, second, b.ID, false, "changed my mind"); err == nil {
		t.Error("decided twice")
	}
	wantRefused(t, w.plain(`UPDATE expiry_batch SET decision = 'refused', decision_reason = 'x' WHERE id = $1`, b.ID), "T-02")
	w.ok(w.Expire(ctx, id))
	wantRefused(t, w.plain(`UPDATE recording SET state = 'verified' WHERE id = $1`, id), "T-02")
	if _, err := s.PlaceHold(ctx, first, "2026-20", "too late", retention.Order{Recordings: []uuid.UUID{id}}); err == nil {
		t.Error("an expired recording was held")
	}
	// Not over: neither the service nor the table lets it go, approved or not.
	young := w.old(archive.Object{})
	w.exec(`UPDATE recording SET retain_until = now() + interval '1 hour' WHERE id = $1`, young)
	if _, err := s.Propose(ctx, first, []uuid.UUID{young}, "early"); err == nil {
		t.Error("proposed before its date")
	}
	w.exec(`INSERT INTO expiry_batch (id, reason, proposed_by, proposed_at) VALUES ($1,'x',$2,now())`, young, first.User.ID)
	w.exec(`INSERT INTO expiry_item (batch_id, recording_id) VALUES ($1,$1)`, young)
	w.exec(`UPDATE expiry_batch SET decision = 'approved', decided_by = $2, decided_at = now() WHERE id = $1`, young, second.User.ID)
	wantRefused(t, w.Expire(ctx, young), "T-02")
}

// kept is a keeper over a bucket of a real service.
func (w *world) kept(bucket *archive.Client, clock func() time.Time) *retention.Keeper {
	return retention.NewKeeper(retention.KeeperConfig{Ledger: w.Store, Objects: bucket, Clock: clock, Logger: slog.New(slog.DiscardHandler)})
}

func TestRuleT02_ExpiryDeletesTheObjectAndLeavesATombstone(t *testing.T) {
	objects, err := s3.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.Stop)
	w := newWorld(t)
	cfg := objects.Config()
	bucket := s3.Connect(t, cfg)
	ctx, s, first, second := t.Context(), w.retention(), w.head("first"), w.head("second")
	lock := time.Now().Add(4 * time.Second)
	put := func(key string) archive.Object {
		n, err := bucket.PutNote(ctx, key, []byte("sound of "+key), lock)
		w.ok(err)
		return archive.Object{Bucket: cfg.Bucket, Key: n.Key, VersionID: n.VersionID}
	}
	gone, held, long := w.old(put("gone")), w.old(put("held")), w.old(put("long"))
	b, err := s.Propose(ctx, first, []uuid.UUID{gone, held}, "retention over")
	w.ok(err)
	_, err = s.PlaceHold(ctx, first, "2026-30", "a claim came in", retention.Order{Recordings: []uuid.UUID{held}})
	w.ok(err)
	w.ok(s.Decide(ctx, second, b.ID, true, ""))

	// Our clock is ahead: nothing expires.
	ahead := w.kept(bucket, func() time.Time { return time.Now().Add(time.Hour) })
	if err := ahead.Round(ctx, false); !errors.Is(err, retention.ErrClocks) || w.stateOf(gone) != "verified" {
		t.Fatalf("with a clock that is ahead: %v, %s", err, w.stateOf(gone))
	}
	keeper := w.kept(bucket, time.Now)
	// The row says that it is over; the service's lock does not yet.
	if err := keeper.Round(ctx, false); err == nil || w.stateOf(gone) != "expired" {
		t.Fatalf("a locked object was deleted: %v, %s", err, w.stateOf(gone))
	}
	if _, _, err := bucket.Lock(ctx, archive.Object{Bucket: cfg.Bucket, Key: "gone", VersionID: versionOf(t, bucket, "gone")}); err != nil {
		t.Fatal("the object is gone:", err)
	}
	// The held one is spared, and its lock reaches further, before and beyond its date.
	if w.stateOf(held) != "verified" {
		t.Error("held:", w.stateOf(held))
	}
	if _, until, err := bucket.Lock(ctx, archive.Object{Key: "held", VersionID: versionOf(t, bucket, "held")}); err != nil || until.Before(time.Now().AddDate(0, 0, 60)) {
		t.Errorf("the lock of what is held: %s %v", until, err)
	}
	// Rule T-02: the program's retention is raised, and reaches what is stored.
	wantRefused(t, w.plain(`UPDATE program SET retention_years = 2`), "T-02")
	w.exec(`UPDATE program SET retention_years = 20`)
	wantRefused(t, w.plain(`UPDATE program SET retention_years = 19`), "T-02")
	if err := keeper.Round(ctx, true); err == nil {
		t.Error("the locked one cannot be deleted yet")
	}
	if _, until, err := bucket.Lock(ctx, archive.Object{Key: "long", VersionID: versionOf(t, bucket, "long")}); err != nil || until.Year() != 2041 {
		t.Errorf("the lock after the policy was raised: %s %v", until, err)
	}
	if candidates, err := s.Candidates(ctx); err != nil || slices.Contains(ids(candidates), long) {
		t.Errorf("kept for twenty years: %v", err)
	}

	for deadline := time.Now().Add(30 * time.Second); w.stateOf(gone) != "deleted"; {
		if time.Now().After(deadline) {
			t.Fatal("the lock has ended and the object is not deleted")
		}
		_ = keeper.Round(ctx, false) // refused until the lock has ended
	}
	if keys, err := bucket.Notes(ctx, "gone"); err != nil || len(keys) != 0 {
		t.Error("the object is there:", keys, err)
	}
	d, err := w.Recording(ctx, gone)
	if err != nil || len(d.SHA256) != 32 || d.ObjectKey != "gone" {
		t.Errorf("the tombstone: %+v %v", d.Row, err)
	}
	events, err := w.Events(ctx, audit.Filter{Action: audit.ActionRecordingDeleted})
	if err != nil || len(events) != 1 || events[0].ObjectID != gone.String() || events[0].Detail["approved_by"] != second.User.ID.String() {
		t.Errorf("%+v %v", events, err)
	}
	got, list, err := s.Batch(ctx, b.ID)
	if err != nil || got.Deleted != 1 || got.Spared != 1 || len(list) != 2 {
		t.Errorf("%+v %v", got, err)
	}
	wantRefused(t, w.plain(`UPDATE recording SET state = 'verified' WHERE id = $1`, gone), "T-02")
	wantRefused(t, w.plain(`DELETE FROM recording WHERE id = $1`, gone), "T-02")
}

func TestRuleT02_ContractsWithoutAnEndKeepTheirRecordings(t *testing.T) {
	w := newWorld(t)
	ctx, s := t.Context(), w.retention()
	id := w.old(archive.Object{})
	w.exec(`UPDATE program SET retention_basis = 'contract_end'`)
	wantRefused(t, w.plain(`UPDATE program SET retention_basis = 'call_end'`), "T-02")
	if list, err := s.Candidates(ctx); err != nil || len(list) != 0 {
		t.Errorf("the contract has no end yet: %v %v", list, err)
	}
	due, err := w.OpenDue(ctx, time.Now().AddDate(0, 2, 0), 10)
	if err != nil || len(due) != 1 || !due[0].Open || due[0].Held {
		t.Errorf("its lock goes on: %+v %v", due, err)
	}
	w.exec(`UPDATE customer SET contract_end = '2025-06-30'`)
	due, err = w.PolicyDue(ctx, 10)
	if want := time.Date(2028, 7, 1, 0, 0, 0, 0, time.UTC); err != nil || len(due) != 1 || !due[0].Until.Equal(want) || due[0].RecordingID != id {
		t.Errorf("three years and a day from the contract's end: %+v %v", due, err)
	}
	w.exec(`UPDATE customer SET contract_end = '2021-06-30'`)
	w.exec(`UPDATE recording SET retain_until = '2024-07-02' WHERE id = $1`, id)
	if list, err := s.Candidates(ctx); err != nil || len(list) != 1 {
		t.Errorf("its retention is over: %v %v", list, err)
	}
}

func (w *world) stateOf(id uuid.UUID) string {
	w.t.Helper()
	f, err := w.StoredFile(context.WithoutCancel(w.t.Context()), id)
	w.ok(err)
	return f.State
}

func versionOf(t *testing.T, c *archive.Client, key string) string {
	t.Helper()
	v, err := c.FirstVersion(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
