package archive_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"huifang/internal/testkit/s3"
	"huifang/recording/archive"
)

// The storage has every fault in turn while recordings come in. Nothing is said
// to be stored that is not, the trouble is named, and when it is mended all go
// up, each once and the oldest first, as they are and encrypted.
func TestRuleT01_EveryFaultOfTheStorage(t *testing.T) {
	t.Parallel()
	want := map[s3.Fault]archive.Trouble{
		s3.Down: archive.TroubleAway, s3.Halfway: archive.TroubleAway, s3.Deaf: archive.TroubleAway, s3.Broken: archive.TroubleUnwell,
		s3.Busy: archive.TroubleUnwell, s3.Lying: archive.TroubleLying, s3.Skewed: archive.TroubleClock, s3.Revoked: archive.TroubleRefused,
		s3.NoLock: archive.TroubleLock, s3.Blind: archive.TroubleLying, s3.Slow: archive.TroubleNone,
	}
	for _, fault := range s3.AllFaults() {
		for _, encrypt := range []bool{false, true} {
			t.Run(strings.ReplaceAll(string(fault), " ", "_")+map[bool]string{true: "_encrypted"}[encrypt], func(t *testing.T) {
				t.Parallel()
				expected, ok := want[fault]
				if !ok {
					t.Fatalf("a fault that the test does not know: %s", fault)
				}
				meet(t, fault, expected, encrypt)
			})
		}
	}
}

func meet(t *testing.T, fault s3.Fault, expected archive.Trouble, encrypt bool) {
	service := kit.Faulty(t)
	cfg := kit.Config()
	cfg.Socket, cfg.Endpoint = "", service.Addr
	if encrypt {
		cfg.Vault = vaultOf(t, keyLine(t, "k1"))
	}
	c := s3.Connect(t, cfg)
	service.Set(fault)
	l, files := &ledger{now: make(chan struct{})}, local{}
	var ids []uuid.UUID
	for range 5 {
		ids = append(ids, l.add(t, files))
	}
	last := l.rows[4]
	l.rows = l.rows[:4]
	metrics := prometheus.NewRegistry()
	u := archive.NewUploader(archive.UploaderConfig{Instance: "a", Client: c, Ledger: l, Local: files, Encrypt: encrypt,
		Metrics: archive.NewMetrics(metrics), Logger: slog.New(slog.DiscardHandler), RetryFirst: 100 * time.Millisecond})
	u.Start()
	t.Cleanup(u.Stop)
	if expected == archive.TroubleNone { // slow only
		l.until(t, "a request that waits", func() bool { return service.Met() > 0 })
	} else {
		l.until(t, "a failed try", func() bool { return l.rows[0].error != "" })
		status := u.Status() // it is kept before the row is
		if status.Trouble != expected || status.Reachable || figure(t, metrics, "huifang_archive_reachable", "") != 0 ||
			figure(t, metrics, "huifang_archive_trouble_state", string(expected)) != 1 {
			t.Errorf("%+v", status)
		}
		l.mu.Lock()
		for _, r := range l.rows {
			if r.State != "sealed" && r.State != "uploading" {
				t.Errorf("%s while the storage is %s: %v", r.State, fault, r.history)
			}
		}
		l.mu.Unlock()
	}
	l.mu.Lock()
	l.rows = append(l.rows, last) // one more while it is so
	l.mu.Unlock()
	u.Notify()
	service.Set(s3.None)
	for _, id := range ids {
		l.untilState(t, id, "verified")
	}
	stored := service.Stored()
	if len(stored) != len(ids) {
		t.Fatalf("%d recordings were stored %d times", len(ids), len(stored))
	}
	for i, id := range ids {
		if !strings.Contains(stored[i], id.String()) {
			t.Errorf("not the oldest first: place %d of %d", i, len(ids))
		}
		l.mu.Lock()
		r := *l.find(id)
		l.mu.Unlock()
		if o, err := c.Check(t.Context(), r.Object, r.SHA256, r.Bytes); err != nil || o.LockMode != "COMPLIANCE" || o.RetainUntil.Before(r.CallEnd.AddDate(3, 0, 0)) {
			t.Errorf("%+v %v", o, err)
		}
	}
	deadline := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for s := u.Status(); s.Trouble != archive.TroubleNone || !s.Reachable; s = u.Status() {
		if <-tick.C; time.Now().After(deadline) {
			t.Fatalf("mended, and yet %+v", s)
		}
	}
}

func figure(t *testing.T, r *prometheus.Registry, name, label string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == name && (label == "" || m.GetLabel()[0].GetValue() == label) {
				return m.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("no figure %s{%s}", name, label)
	return 0
}

// The credentials do not suffice any more, and it is the service itself that
// says so: the recording waits, as it is, and the trouble has its name.
func TestUploader_TheServiceRefusesRevokedCredentials(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	s3.Connect(t, cfg) // makes the bucket
	for name, change := range map[string]func(*archive.Config){
		"another secret": func(c *archive.Config) { c.SecretKey += "x" },
		"another key":    func(c *archive.Config) { c.AccessKey = "nobody" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := cfg
			change(&wrong)
			c, err := archive.New(wrong)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			l, files := &ledger{now: make(chan struct{})}, local{}
			l.add(t, files)
			u := archive.NewUploader(archive.UploaderConfig{Instance: "a", Client: c, Ledger: l, Local: files, Logger: slog.New(slog.DiscardHandler), RetryFirst: 50 * time.Millisecond})
			u.Start()
			t.Cleanup(u.Stop)
			l.until(t, "a failed try", func() bool { return l.rows[0].error != "" })
			if s := u.Status(); s.Trouble != archive.TroubleRefused || s.Reachable || s.Backlog.Count != 1 {
				t.Errorf("%+v %s", s, l.rows[0].error)
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			if r := l.rows[0]; r.State != "sealed" && r.State != "uploading" {
				t.Errorf("%s %v", r.State, r.history)
			}
		})
	}
}
