package server_test

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/callback"
	"huifang/internal/headless"
	"huifang/internal/replay"
	"huifang/internal/store"
	"huifang/recording/evidence"
)

// A directory belongs to one export: what another one left is never taken for
// this one's, or the pack of one filing would be noted as handed over for
// another (Rule S-03).
func TestRuleS03_PackOfAnotherOrderIsNotTaken(t *testing.T) {
	t.Parallel()
	h, ids := twoCalls(t)
	dir := t.TempDir()
	filing := func(id string, recordings ...string) evidence.Order {
		o := evidence.Order{Dir: dir, By: "周琪", Reason: "art. 12", Filing: &evidence.Filing{ID: id, Authority: "Bureau", Reference: id, LegalBasis: "art. 12", Contents: "x", TakenBy: "Zhang"}}
		for _, r := range recordings {
			o.Recordings = append(o.Recordings, uuid.MustParse(r))
		}
		return o
	}
	first := h.exportOrder(filing("1", ids[0]))
	for name, o := range map[string]evidence.Order{
		"another filing":                     filing("2", ids[0]),
		"the filing with another recording":  filing("1", ids[1]),
		"a period":                           {Dir: dir, By: "孙越", Reason: "copy", Period: &evidence.Period{From: time.Now().Add(-time.Hour), To: time.Now()}},
		"recordings that were not filed for": {Dir: dir, By: "孙越", Recordings: []uuid.UUID{uuid.MustParse(ids[0])}},
	} {
		if dirs, err := h.tryExport(o); !errors.Is(err, evidence.ErrOther) || len(dirs) != 0 {
			t.Errorf("%s: %v %v", name, dirs, err)
		}
	}
	if again := h.exportOrder(filing("1", ids[0])); len(again) != 1 || again[0] != first[0] {
		t.Errorf("the same again: %v", again)
	}
	dir = t.TempDir()
	nobody := uuid.NewString()
	if _, err := h.tryExport(filing("3", ids[0], nobody)); err == nil || !strings.Contains(err.Error(), nobody) {
		t.Errorf("a recording that is none: %v", err)
	}
	databases.Exec(t, h.cfg.Database.OwnerDSN, `ALTER TABLE recording DISABLE TRIGGER USER`, `UPDATE recording SET state = 'uploading', object_key = '' WHERE id = '`+ids[1]+`'`)
	if _, err := h.tryExport(filing("4", ids[0], ids[1])); err == nil || !strings.Contains(err.Error(), ids[1]) || !strings.Contains(err.Error(), "uploading") {
		t.Errorf("a recording that is on its way: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A call that ended between two runs of an export (Rule T-08) is on the next volume, and
// in an export that was finished it is not left out in silence.
func TestRuleT08_ExportGoesOnWithCallsThatEndedMeanwhile(t *testing.T) {
	t.Parallel()
	h, ids := twoCalls(t)
	whole := evidence.Order{Dir: t.TempDir(), By: "孙越", Reason: "copy", Period: &evidence.Period{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour)}}
	sound, err := os.ReadFile(filepath.Join(h.exportOrder(whole)[0], "audio", ids[0]+".wav"))
	h.must(err)
	small := whole
	small.Dir, small.VolumeBytes = t.TempDir(), 1<<20+int64(len(sound))*3/2+24_000
	dirs := h.exportOrder(small)
	if len(dirs) != 2 {
		t.Fatal(dirs)
	}
	if n := h.taken(t, ids[0]); n != 2 { // Rule S-01: each copy is in the recording's log
		t.Errorf("the log has %d copies of two", n)
	}
	h.exportOrder(small) // nothing is left to do
	if n := h.taken(t, ids[0]); n != 2 {
		t.Errorf("the log has %d copies of two, after a run that copied nothing", n)
	}
	h.must(os.RemoveAll(dirs[1])) // as if it had broken off here

	h.start()
	agent := h.person("late", access.RoleAgent)
	p := h.program("late", func(p *callback.Program) {
		p.RecordingNotice, p.MinRing, p.MaxRing = false, time.Second, 20*time.Second
	})
	r, err := headless.Call(t.Context(), headless.Options{Server: h.base, User: "late", Password: password, Task: h.task(agent, p, "00000000").String(), HangupAfter: time.Second})
	h.must(err)
	h.verified(r.Recording.ID)
	h.covered()
	h.stop()

	if dirs, err := h.tryExport(whole); err == nil || !strings.Contains(err.Error(), "1 calls") {
		t.Errorf("a finished export: %v %v", dirs, err)
	}
	if dirs = h.exportOrder(small); len(dirs) != 3 {
		t.Fatal(dirs)
	}
	if r, err := evidence.VerifyPack(small.Dir, h.keys().Verifiers(), nil); err != nil || !r.OK() || r.Calls != 3 || r.AudioRead != 3 {
		t.Errorf("%v %s", err, r)
	}
}

// taken counts the copies of a recording by its log.
func (h *house) taken(t *testing.T, id string) (n int) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{DSN: h.cfg.Database.DSN, Logger: slog.New(slog.DiscardHandler)})
	h.must(err)
	defer db.Close()
	all, err := db.Accesses(t.Context(), uuid.MustParse(id), 100)
	h.must(err)
	for _, a := range all {
		if a.Action == replay.ActionExported && a.UserID == h.boss.User.ID {
			n++
		}
	}
	return n
}

// Volumes hold no more than their medium (Rule T-08), whatever leaves and proofs need.
func TestRuleT08_VolumeThatBecameTooLargeIsWrittenAgain(t *testing.T) {
	t.Parallel()
	h, _ := twoCalls(t)
	h.must(databases.Try(t, h.cfg.Database.DSN, `INSERT INTO recording_access (recording_id, user_id, at, action, ip) SELECT r.id, u.id, now(), 'heard', ''
		FROM recording r, app_user u, generate_series(1, 1200) WHERE u.login = 'boss'`))
	h.start()
	h.covered()
	h.stop()
	order := evidence.Order{Dir: t.TempDir(), By: "孙越", Reason: "copy", VolumeBytes: 2 << 20, Period: &evidence.Period{From: time.Now().Add(-time.Hour), To: time.Now().Add(time.Hour)}}
	dirs := h.exportOrder(order)
	for _, d := range dirs {
		var size int64
		h.must(filepath.WalkDir(d, func(path string, e os.DirEntry, err error) error {
			if i, err := e.Info(); err == nil && !e.IsDir() {
				size += i.Size()
			}
			return err
		}))
		if size > order.VolumeBytes {
			t.Errorf("%s has %d bytes", d, size)
		}
	}
	if r, err := evidence.VerifyPack(order.Dir, h.keys().Verifiers(), nil); err != nil || !r.OK() || r.AudioRead != 2 || len(dirs) != 2 {
		t.Errorf("%v %v %s", dirs, err, r)
	}
	order.Dir, order.VolumeBytes = t.TempDir(), 1_200_000
	if dirs, err := h.tryExport(order); err == nil || !strings.Contains(err.Error(), "volumes must be larger") {
		t.Errorf("a call that is larger than a volume: %v %v", dirs, err)
	}
}
