package archive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"huifang/internal/testkit/s3"
	"huifang/recording/archive"
	"huifang/recording/wav"
)

var kit *s3.Kit

func TestMain(m *testing.M) { s3.Main(m, &kit) }

// sealed makes a file with its hash.
func sealed(t *testing.T, size int) (string, [32]byte, int64) {
	t.Helper()
	body := bytes.Repeat([]byte(uuid.NewString()), size/36+1)[:size]
	path := filepath.Join(t.TempDir(), "sealed.wav")
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, sha256.Sum256(body), int64(size)
}

func TestRuleT02_StoredRecordingIsLockedForThreeYears(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	c := s3.Connect(t, cfg)
	path, sum, size := sealed(t, 200_000)
	until := time.Now().AddDate(3, 0, 1).UTC().Truncate(time.Second)
	o, err := c.Put(t.Context(), archive.Key(uuid.New(), time.Now()), path, sum, until)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := c.Stat(t.Context(), o.Key, o.VersionID, sum, size)
	if err != nil || seen.LockMode != "COMPLIANCE" || !seen.RetainUntil.Equal(until) {
		t.Fatalf("%+v %v", seen, err)
	}
	// The root account, straight at the service.
	tr, err := minio.DefaultTransport(false)
	if err != nil {
		t.Fatal(err)
	}
	tr.DialContext = archive.DialSocket(cfg.Socket)
	defer tr.CloseIdleConnections()
	root, err := minio.New(cfg.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Transport: tr,
		BucketLookup: minio.BucketLookupPath, Region: cfg.Region})
	if err != nil {
		t.Fatal(err)
	}
	err = root.RemoveObject(t.Context(), cfg.Bucket, o.Key, minio.RemoveObjectOptions{VersionID: o.VersionID, GovernanceBypass: true})
	if minio.ToErrorResponse(err).StatusCode != 403 {
		t.Fatalf("deletion of a locked version: %v", err)
	}
	sooner, mode := time.Now().Add(time.Hour), minio.Compliance
	err = root.PutObjectRetention(t.Context(), cfg.Bucket, o.Key, minio.PutObjectRetentionOptions{Mode: &mode, RetainUntilDate: &sooner, VersionID: o.VersionID, GovernanceBypass: true})
	if minio.ToErrorResponse(err).StatusCode != 403 {
		t.Fatalf("shortened retention: %v", err)
	}
	if err := c.Extend(t.Context(), o, until.AddDate(1, 0, 0)); err != nil {
		t.Fatalf("extended retention: %v", err)
	}
	if _, err := c.Check(t.Context(), o, sum, size); err != nil {
		t.Fatal(err)
	}
}

func TestClient_SecondPutOfTheSameIsSuccessOfOtherContentIsNot(t *testing.T) {
	t.Parallel()
	c := kit.Client(t)
	path, sum, _ := sealed(t, 50_000)
	key, until := archive.Key(uuid.New(), time.Now()), time.Now().AddDate(3, 0, 0)
	first, err := c.Put(t.Context(), key, path, sum, until)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Put(t.Context(), key, path, sum, until)
	if err != nil || again.VersionID != first.VersionID {
		t.Fatalf("stored twice: %+v %v", again, err)
	}
	other, otherSum, _ := sealed(t, 50_000)
	if _, err := c.Put(t.Context(), key, other, otherSum, until); !errors.Is(err, archive.ErrDiffers) {
		t.Fatalf("other content under the key: %v", err)
	}
	if _, err := c.Put(t.Context(), key+"x", other, sum, until); err == nil {
		t.Fatal("content that does not fit its hash was taken")
	}
	if _, err := c.Stat(t.Context(), key+"x", "", sum, 50_000); !errors.Is(err, archive.ErrNotFound) {
		t.Fatalf("something was stored: %v", err)
	}
}

func TestClient_ReadsRanges(t *testing.T) {
	t.Parallel()
	c := kit.Client(t)
	path, sum, _ := sealed(t, 100_000)
	o, err := c.Put(t.Context(), archive.Key(uuid.New(), time.Now()), path, sum, time.Now().AddDate(3, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Seek(77_777, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 100)
	if _, err := io.ReadFull(r, got); err != nil {
		t.Fatal(err)
	}
	want, _ := os.ReadFile(path)
	if !bytes.Equal(got, want[77_777:77_877]) {
		t.Fatal("another range was read")
	}
}

func TestRuleT02_BucketWithoutLockIsRefused(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	tr, err := minio.DefaultTransport(false)
	if err != nil {
		t.Fatal(err)
	}
	tr.DialContext = archive.DialSocket(cfg.Socket)
	defer tr.CloseIdleConnections()
	root, err := minio.New(cfg.Endpoint, &minio.Options{Creds: credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, ""), Transport: tr, BucketLookup: minio.BucketLookupPath})
	if err != nil {
		t.Fatal(err)
	}
	if err := root.MakeBucket(t.Context(), cfg.Bucket, minio.MakeBucketOptions{}); err != nil {
		t.Fatal(err)
	}
	c, err := archive.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.EnsureBucket(t.Context()); !errors.Is(err, archive.ErrNoLock) {
		t.Fatalf("got %v", err)
	}
}

func TestRuleT02_ProbeFindsTheLockEnforced(t *testing.T) {
	t.Parallel()
	worm, err := kit.Client(t).Probe(t.Context(), time.Now())
	if err != nil || worm != archive.WORMEnforced {
		t.Fatal(worm, err)
	}
}

// ledger keeps rows in memory, as internal/store does in PostgreSQL.
type ledger struct {
	mu   sync.Mutex
	rows []*row
	now  chan struct{}
}

type row struct {
	archive.Item
	due     time.Time
	error   string
	history []string
}

func (l *ledger) touch() { close(l.now); l.now = make(chan struct{}) }

func (l *ledger) find(id uuid.UUID) *row {
	for _, r := range l.rows {
		if r.RecordingID == id {
			return r
		}
	}
	return nil
}

func (l *ledger) move(id uuid.UUID, state string) *row {
	r := l.find(id)
	r.State = state
	r.history = append(r.history, state)
	l.touch()
	return r
}

func (l *ledger) Sealed(context.Context, archive.SealedRow) error { return nil }
func (l *ledger) Found(context.Context, archive.SealedRow) error  { return nil }
func (l *ledger) Lost(context.Context, string) ([]uuid.UUID, error) {
	return nil, nil
}
func (l *ledger) Spooling(context.Context, uuid.UUID) error { return nil }
func (l *ledger) Resume(_ context.Context, _ string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rows {
		if r.due.After(now) {
			r.due = now
		}
	}
	return nil
}

func (l *ledger) ClaimUpload(_ context.Context, _ string, now time.Time, lease time.Duration) (archive.Item, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rows {
		if (r.State == "sealed" || r.State == "uploading" || r.State == "stored") && !r.due.After(now) {
			if r.State == "sealed" {
				r.State = "uploading"
			}
			r.Tries++
			r.due = now.Add(lease)
			return r.Item, true, nil
		}
	}
	return archive.Item{}, false, nil
}
func (l *ledger) PutOff(_ context.Context, id uuid.UUID, reason string, next time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.move(id, "uploading")
	r.error, r.due = reason, next
	return nil
}
func (l *ledger) Stored(_ context.Context, id uuid.UUID, o archive.Object, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.move(id, "stored").Object = o
	return nil
}
func (l *ledger) Verified(_ context.Context, id uuid.UUID, _ time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.move(id, "verified")
	return nil
}
func (l *ledger) Drawn(context.Context, uuid.UUID, wav.Peaks) error { return nil }
func (l *ledger) Failed(_ context.Context, id uuid.UUID, reason string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.move(id, "failed").error = reason
	return nil
}
func (l *ledger) Missing(_ context.Context, id uuid.UUID, reason string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.move(id, "missing").error = reason
	return nil
}
func (l *ledger) ReleaseDue(context.Context, string, time.Time, int) ([]uuid.UUID, error) {
	return nil, nil
}
func (l *ledger) Released(context.Context, uuid.UUID, time.Time) error { return nil }
func (l *ledger) Backlog(context.Context, string) (b archive.Backlog, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.rows {
		if r.State == "sealed" || r.State == "uploading" {
			b.Count++
			b.Bytes += r.Bytes
		}
	}
	return b, nil
}
func (l *ledger) Unsealed(context.Context, string) ([]uuid.UUID, error) { return nil, nil }

func (l *ledger) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		l.mu.Lock()
		ok, now := holds(), l.now
		l.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-now:
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

type local map[uuid.UUID]string

func (l local) WAV(id uuid.UUID) (string, error) {
	if p, ok := l[id]; ok {
		return p, nil
	}
	return "", fs.ErrNotExist
}
func (l local) Remove(uuid.UUID) error { return nil }

func (l *ledger) add(t *testing.T, files local) uuid.UUID {
	path, sum, size := sealed(t, 30_000)
	id := uuid.New()
	files[id] = path
	l.rows = append(l.rows, &row{Item: archive.Item{RecordingID: id, CallID: uuid.New(), State: "sealed", CallEnd: time.Now(),
		OpenedAt: time.Now(), RetainYears: 3, SHA256: sum, Bytes: size}})
	return id
}

func TestRuleT01_StorageAwayKeepsEverythingAndCatchesUpOnce(t *testing.T) {
	t.Parallel()
	cfg := kit.Config()
	proxy := kit.Proxy(t)
	cfg.Socket = proxy.Socket
	c := s3.Connect(t, cfg)
	proxy.Cut()
	l := &ledger{now: make(chan struct{})}
	files := local{}
	for range 5 {
		l.add(t, files)
	}
	u := archive.NewUploader(archive.UploaderConfig{Instance: "a", Client: c, Ledger: l, Local: files,
		Logger: slog.New(slog.DiscardHandler), RetryFirst: 50 * time.Millisecond})
	u.Start()
	defer u.Stop()
	l.until(t, "a failed try", func() bool { return l.rows[0].error != "" })
	for _, r := range l.rows {
		if r.State != "sealed" && r.State != "uploading" {
			t.Fatalf("%s while the storage is away", r.State)
		}
	}
	proxy.Mend()
	l.until(t, "all verified", func() bool {
		for _, r := range l.rows {
			if r.State != "verified" {
				return false
			}
		}
		return true
	})
	for _, r := range l.rows {
		if o, err := c.Check(t.Context(), r.Object, r.SHA256, r.Bytes); err != nil || o.LockMode != "COMPLIANCE" {
			t.Fatalf("%+v %v", o, err)
		}
		if r.Object.RetainUntil.Before(r.CallEnd.AddDate(3, 0, 0)) {
			t.Fatal("Rule T-02: kept for less than three years")
		}
	}
}

func TestUploader_RecordingWithoutItsFileIsMissing(t *testing.T) {
	t.Parallel()
	l := &ledger{now: make(chan struct{})}
	id := l.add(t, local{})
	u := archive.NewUploader(archive.UploaderConfig{Instance: "a", Client: kit.Client(t), Ledger: l, Local: local{}, Logger: slog.New(slog.DiscardHandler)})
	u.Start()
	defer u.Stop()
	l.until(t, "missing", func() bool { return l.find(id).State == "missing" && l.find(id).error != "" })
}
