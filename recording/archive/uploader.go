package archive

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Local is the local disk of the recordings (recording/spool).
type Local interface {
	// WAV is the path of a sealed recording; fs.ErrNotExist when there is none.
	WAV(id uuid.UUID) (string, error)
	// Remove deletes the local copy.
	Remove(id uuid.UUID) error
}

// UploaderConfig is what an uploader is made of.
type UploaderConfig struct {
	Instance  string
	Client    *Client
	Ledger    Ledger
	Local     Local
	KeepLocal time.Duration // how long a verified recording also stays local
	// Changed hears of each new state; may be nil.
	Changed func(id, callID uuid.UUID, state, errText string)
	Logger  *slog.Logger
	Metrics *Metrics
	// RetryFirst is the first wait after a failure; 0: one second.
	RetryFirst time.Duration
}

// Status is what is known of the storage.
type Status struct {
	Reachable bool
	WORM      WORM
	ProbedAt  time.Time
	Backlog   Backlog
}

// Uploader brings the sealed recordings of one instance into the archive.
type Uploader struct {
	cfg    UploaderConfig
	wake   chan struct{}
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu     sync.Mutex
	status Status
}

const (
	lease       = 10 * time.Minute
	retryLimit  = time.Minute
	lookEvery   = 5 * time.Second
	probeEvery  = 24 * time.Hour
	probeAgain  = 30 * time.Second // while the service could not be asked
	sweepEvery  = time.Minute
	minimumKept = 3 // years, Rule T-02
)

// NewUploader makes an uploader that does nothing before Start.
func NewUploader(cfg UploaderConfig) *Uploader {
	if cfg.RetryFirst == 0 {
		cfg.RetryFirst = time.Second
	}
	return &Uploader{cfg: cfg, wake: make(chan struct{}, 1), status: Status{WORM: WORMUnknown}}
}

// Start begins to upload and to probe.
func (u *Uploader) Start() {
	ctx, cancel := context.WithCancel(context.Background())
	u.cancel = cancel
	u.wait.Go(func() { u.upload(ctx) })
	u.wait.Go(func() { u.tend(ctx) })
}

// Stop ends both goroutines and waits for them; an upload that is under way is
// cut and done again at the next start. It may be called twice.
func (u *Uploader) Stop() {
	if u.cancel != nil {
		u.cancel()
	}
	u.wait.Wait()
}

// Notify says that a recording was sealed.
func (u *Uploader) Notify() {
	select {
	case u.wake <- struct{}{}:
	default:
	}
}

// Status is the storage as last seen.
func (u *Uploader) Status() Status {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.status
}

func (u *Uploader) upload(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	resumed := false
	for {
		if !resumed {
			resumed = u.resume(ctx)
		}
		for u.one(ctx) {
		}
		u.count(ctx)
		select {
		case <-ctx.Done():
			return
		case <-u.wake:
		case <-tick.C:
		}
	}
}

// resume takes over what an earlier process of this instance had claimed; the
// spool belongs to one process at a time, so nobody else is at it.
func (u *Uploader) resume(ctx context.Context) bool {
	err := u.cfg.Ledger.Resume(ctx, u.cfg.Instance, time.Now())
	if err != nil && ctx.Err() == nil {
		u.cfg.Logger.Warn("earlier uploads not resumed", "error", err)
	}
	return err == nil
}

// one brings one recording a step further; false when none is due.
func (u *Uploader) one(ctx context.Context) bool {
	item, ok, err := u.cfg.Ledger.ClaimUpload(ctx, u.cfg.Instance, time.Now(), lease)
	if err != nil {
		if ctx.Err() == nil {
			u.cfg.Logger.Warn("uploads not claimed", "error", err)
		}
		return false
	}
	if !ok || ctx.Err() != nil {
		return false
	}
	started := time.Now()
	err = u.bring(ctx, item)
	if ctx.Err() != nil {
		return false
	}
	u.cfg.Metrics.upload(err, time.Since(started))
	if err == nil {
		u.reachable(true)
		return true
	}
	return u.putOff(ctx, item, err)
}

// putOff notes a failure. It reports whether the next recording may be tried
// at once: not while the service itself is away.
func (u *Uploader) putOff(ctx context.Context, item Item, cause error) bool {
	log := u.cfg.Logger.With("recording_id", item.RecordingID, "tries", item.Tries, "error", cause)
	if errors.Is(cause, fs.ErrNotExist) || errors.Is(cause, ErrDiffers) {
		log.Error("recording cannot be stored")
		state, note := "failed", u.cfg.Ledger.Failed
		if errors.Is(cause, fs.ErrNotExist) {
			state, note = "missing", u.cfg.Ledger.Missing
		}
		if err := note(ctx, item.RecordingID, cause.Error()); err != nil {
			u.cfg.Logger.Error("state not noted", "recording_id", item.RecordingID, "state", state, "error", err)
		}
		u.changed(item, state, cause.Error())
		return true
	}
	wait := u.backoff(item.Tries)
	log.Warn("recording waits for the storage", "wait_ms", wait.Milliseconds())
	u.reachable(false)
	if err := u.cfg.Ledger.PutOff(ctx, item.RecordingID, cause.Error(), time.Now().Add(wait)); err != nil {
		u.cfg.Logger.Error("upload not put off", "recording_id", item.RecordingID, "error", err)
	}
	u.changed(item, item.State, cause.Error())
	time.AfterFunc(wait, u.Notify)
	return false
}

func (u *Uploader) backoff(tries int) time.Duration {
	d := u.cfg.RetryFirst << min(max(tries-1, 0), 10)
	d = min(d, retryLimit)
	return d/2 + rand.N(d/2+1)
}

// bring stores and verifies one recording.
func (u *Uploader) bring(ctx context.Context, item Item) error {
	o := item.Object
	if item.State != "stored" {
		path, err := u.cfg.Local.WAV(item.RecordingID)
		if err != nil {
			return err
		}
		u.changed(item, "uploading", "")
		years := max(item.RetainYears, minimumKept)
		until := item.CallEnd.AddDate(years, 0, 1).UTC().Truncate(time.Second) // a day of grace for clocks
		o, err = u.cfg.Client.Put(ctx, Key(item.RecordingID, item.OpenedAt), path, item.SHA256, until)
		if err != nil {
			return err
		}
		if err := u.cfg.Ledger.Stored(ctx, item.RecordingID, o, time.Now()); err != nil {
			return err
		}
		u.changed(item, "stored", "")
	}
	seen, err := u.cfg.Client.Stat(ctx, o.Key, o.VersionID, item.SHA256, item.Bytes)
	if err != nil {
		return err
	}
	if seen.LockMode != "COMPLIANCE" || seen.RetainUntil.Before(item.CallEnd.AddDate(minimumKept, 0, 0)) {
		return errors.Join(errors.New("the object is not locked for three years"), ErrDiffers) // Rule T-02
	}
	if err := u.cfg.Ledger.Verified(ctx, item.RecordingID, time.Now()); err != nil {
		return err
	}
	u.changed(item, "verified", "")
	return nil
}

func (u *Uploader) changed(item Item, state, errText string) {
	if u.cfg.Changed != nil {
		u.cfg.Changed(item.RecordingID, item.CallID, state, errText)
	}
}

func (u *Uploader) reachable(ok bool) {
	u.mu.Lock()
	u.status.Reachable = ok
	u.mu.Unlock()
	u.cfg.Metrics.reachable(ok)
}

func (u *Uploader) count(ctx context.Context) {
	b, err := u.cfg.Ledger.Backlog(ctx, u.cfg.Instance)
	if err != nil {
		return
	}
	u.mu.Lock()
	u.status.Backlog = b
	u.mu.Unlock()
	u.cfg.Metrics.backlog(b)
}

// tend probes the lock at start and daily, and lets local copies go.
func (u *Uploader) tend(ctx context.Context) {
	next := time.NewTimer(0)
	defer next.Stop()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			next.Reset(u.probe(ctx))
		case <-sweep.C:
			u.release(ctx)
			if err := u.cfg.Client.Reachable(ctx); ctx.Err() == nil {
				u.reachable(err == nil)
			}
		}
	}
}

func (u *Uploader) probe(ctx context.Context) time.Duration {
	err := u.cfg.Client.EnsureBucket(ctx)
	worm := WORMUnknown
	if err == nil {
		worm, err = u.cfg.Client.Probe(ctx, time.Now())
	} else if errors.Is(err, ErrNoLock) {
		worm = WORMUnsupported
	}
	if ctx.Err() != nil {
		return probeEvery
	}
	u.reachable(err == nil || worm != WORMUnknown)
	if worm == WORMUnknown {
		u.cfg.Logger.Warn("WORM probe could not ask the storage", "error", err)
		return probeAgain
	}
	u.mu.Lock()
	u.status.WORM, u.status.ProbedAt = worm, time.Now()
	u.mu.Unlock()
	u.cfg.Metrics.probed(worm)
	if worm != WORMEnforced {
		u.cfg.Logger.Error("the storage does not protect recordings", "worm", string(worm), "error", err)
		return probeEvery
	}
	u.cfg.Logger.Info("WORM probe", "worm", string(worm))
	return probeEvery
}

// release lets local copies go whose time has come, batch after batch while it
// gets anywhere.
func (u *Uploader) release(ctx context.Context) {
	const batch = 100
	for {
		ids, err := u.cfg.Ledger.ReleaseDue(ctx, u.cfg.Instance, time.Now().Add(-u.cfg.KeepLocal), batch)
		if err != nil {
			return
		}
		gone := 0
		for _, id := range ids {
			if err := u.cfg.Local.Remove(id); err != nil {
				u.cfg.Logger.Error("local copy not removed", "recording_id", id, "error", err)
				continue
			}
			if err := u.cfg.Ledger.Released(ctx, id, time.Now()); err != nil {
				u.cfg.Logger.Error("release not noted", "recording_id", id, "error", err)
				continue
			}
			gone++
		}
		if len(ids) < batch || gone == 0 {
			return
		}
	}
}
