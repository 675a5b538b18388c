package store

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huifang/internal/audit"
	"huifang/recording/evidence"
)

// bucket keeps notes as a locked bucket does: once.
type bucket struct {
	mu    sync.Mutex
	notes map[string][]byte
}

func (b *bucket) PutNote(_ context.Context, key string, body []byte, until time.Time) (evidence.CheckpointObject, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.notes[key]; ok && !bytes.Equal(old, body) {
		return evidence.CheckpointObject{}, errors.New("there is another one")
	}
	b.notes[key] = body
	return evidence.CheckpointObject{Key: key, VersionID: "1", RetainUntil: until}, nil
}

func (b *bucket) Notes(context.Context, string) (keys []string, err error) {
	for k := range b.notes {
		keys = append(keys, k)
	}
	return keys, nil
}

func (b *bucket) Note(_ context.Context, key string) ([]byte, error) { return b.notes[key], nil }

func logOf(t testing.TB, s *Store) *evidence.Log {
	t.Helper()
	return logOn(t, s, &bucket{notes: map[string][]byte{}}, keyRing(t))
}

func logOn(t testing.TB, s *Store, b *bucket, keys *evidence.KeyRing) *evidence.Log {
	t.Helper()
	l, err := evidence.New(evidence.Config{Store: s.Evidence(), Vault: b, Keys: keys, Clock: time.Now, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func keyRing(t testing.TB) *evidence.KeyRing {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	line, public, err := evidence.NewKey("store.test")
	if err != nil || len(public) < ed25519.PublicKeySize {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	keys, err := evidence.ReadKeys(path)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// Rule S-04: a database that does not go on from the newest checkpoint of the
// bucket is noticed without anybody asking.
func TestRuleS04_RolledBackDatabaseRaisesTheAlarm(t *testing.T) {
	t.Parallel()
	ctx, b, keys := t.Context(), &bucket{notes: map[string][]byte{}}, keyRing(t)
	write := func(s *Store, n int) {
		for range n {
			if err := s.AppendEvent(ctx, audit.Event{At: time.Now(), Action: "test"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	first, other := open(t), open(t)
	write(first, 5)
	good := logOn(t, first, b, keys)
	if err := good.Compare(ctx); err != nil || good.Health() != evidence.HealthGood {
		t.Errorf("an empty bucket: %v", err)
	}
	if _, err := good.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	write(first, 3)
	if err := errors.Join(good.Append(ctx), good.Compare(ctx)); err != nil || good.Health() != evidence.HealthGood {
		t.Errorf("a log that goes on: %v", err)
	}
	for name, n := range map[string]int{"shorter": 2, "another": 5} {
		write(other, n)
		l := logOn(t, other, b, keys)
		if err := errors.Join(l.Append(ctx), l.Compare(ctx)); !errors.Is(err, evidence.ErrDisagrees) || l.Health() != evidence.HealthBad {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Several instances append at once while facts come in: no index is given
// twice, none is left out, and every fact is in once.
func TestRuleS04_InstancesAppendTogether(t *testing.T) {
	w := newWorld(t)
	const each, writers = 60, 4
	var wait sync.WaitGroup
	for range writers {
		log := logOf(t, w.Store)
		wait.Go(func() {
			for range each {
				if err := w.Store.AppendEvent(t.Context(), audit.Event{At: w.at, Action: "test"}); err != nil {
					t.Error(err)
				}
				if _, err := log.Checkpoint(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if err := logOf(t, w.Store).Append(t.Context()); err != nil {
		t.Fatal(err)
	}
	size, waiting, err := w.Store.Evidence().Size(t.Context())
	if err != nil || waiting != 0 || size < each*writers {
		t.Fatal(size, waiting, err)
	}
	missing, err := w.Store.Evidence().Unlogged(t.Context(), 10)
	if err != nil || len(missing) != 0 {
		t.Fatal(missing, err)
	}
	leaves, err := w.Store.Evidence().Leaves(t.Context(), 0, int(size)+1)
	if err != nil || int64(len(leaves)) != size {
		t.Fatalf("%d leaves of %d: %v", len(leaves), size, err)
	}
	for i, l := range leaves {
		if l.Index != int64(i) {
			t.Fatalf("leaf %d has index %d", i, l.Index)
		}
	}
}

// BenchmarkEvidence_Event is an audit event with and without its trigger.
func BenchmarkEvidence_Event(b *testing.B) {
	for name, sql := range map[string]string{"queued": `SELECT 1`, "alone": `ALTER TABLE audit_event DISABLE TRIGGER evidence`} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			if _, err := s.pool.Exec(b.Context(), sql); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if err := s.AppendEvent(b.Context(), audit.Event{At: time.Now(), Action: "test"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkEvidence_Append is the place of a leaf, and the room that it takes.
func BenchmarkEvidence_Append(b *testing.B) {
	s := open(b)
	log := logOf(b, s)
	const n = 20_000
	for b.Loop() {
		b.StopTimer()
		if _, err := s.pool.Exec(b.Context(), `INSERT INTO audit_event (at, action) SELECT now(), 'test' FROM generate_series(1, $1)`, n); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if err := log.Append(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/n, "us/leaf")
	var bytes float64
	err := s.pool.QueryRow(b.Context(), `
		SELECT (pg_total_relation_size('evidence_leaf') + pg_total_relation_size('evidence_node'))::float8 / (SELECT count(*) FROM evidence_leaf)`).Scan(&bytes)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(bytes, "bytes/leaf")
}
