package store

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/reconcile"
)

// The daily run is made once in a day by all instances together; one that did
// not end, or could not look at everything, is made again after an hour, and
// whoever asks is not held up.
func TestReconcile_WhenARunIsDue(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const day = 24 * time.Hour
	due := func(at time.Time, asked uuid.UUID, gap time.Duration) (reconcile.Run, bool) {
		t.Helper()
		r := reconcile.Run{ID: uuid.New(), Instance: "one", AskedBy: asked, From: w.at.Add(-day), To: w.at, StartedAt: at}
		ok, err := w.OpenRun(ctx, r, gap)
		w.ok(err)
		return r, ok
	}
	first, ok := due(w.at, uuid.Nil, day)
	if !ok {
		t.Fatal("the first is not due")
	}
	if _, ok := due(w.at.Add(50*time.Minute), uuid.Nil, day); ok {
		t.Error("two at once")
	}
	if _, ok := due(w.at.Add(time.Minute), w.user.ID, 0); !ok {
		t.Error("whoever asks is held up")
	}
	again, ok := due(w.at.Add(70*time.Minute), uuid.Nil, day)
	if !ok {
		t.Error("one that did not end is not made again")
	}
	again.EndedAt, again.Error = w.at.Add(80*time.Minute), "the storage is away"
	w.ok(w.EndRun(ctx, again, nil))
	third, ok := due(w.at.Add(140*time.Minute), uuid.Nil, day)
	if !ok {
		t.Error("one that was not whole is not made again")
	}
	third.EndedAt = w.at.Add(141 * time.Minute)
	w.ok(w.EndRun(ctx, third, nil))
	if _, ok := due(w.at.Add(20*time.Hour), uuid.Nil, day); ok {
		t.Error("made twice in a day")
	}
	if _, ok := due(w.at.Add(27*time.Hour), uuid.Nil, day); !ok {
		t.Error("not due the next day")
	}
	runs, err := w.Runs(ctx, 10)
	w.ok(err)
	if len(runs) != 5 || runs[4].ID != first.ID || !runs[4].EndedAt.IsZero() || runs[2].Error == "" || runs[3].AskedByName != "chen" {
		t.Fatalf("%+v", runs)
	}
}
