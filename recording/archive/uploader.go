package archive

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"huifang/recording/wav"
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
	Instance string
	Client   *Client
	Ledger   Ledger
	Local    Local
	// Encrypt has recordings encrypted before they are sent, by the vault of the
	// client; without one they wait (ErrNoKeys).
	Encrypt bool
	// MissingKeys are the keys that stored recordings need and the key file has
	// not; they are shown.
	MissingKeys []string
	KeepLocal   time.Duration // how long a verified recording also stays local
	// Changed hears of each new state; may be nil.
	Changed func(id, callID uuid.UUID, state, errText string)
	// Probed hears what each WORM probe found; may be nil.
	Probed  func(ctx context.Context, worm WORM)
	Logger  *slog.Logger
	Metrics *Metrics
	// RetryFirst is the first wait after a failure; 0: one second.
	RetryFirst time.Duration
}

// Status is what is known of the storage.
type Status struct {
	Reachable bool
	Trouble   Trouble // what the last request met
	WORM      WORM
	ProbedAt  time.Time
	Backlog   Backlog
	// Encrypted: recordings are encrypted before they are sent. MissingKeys:
	// keys of stored recordings that the key file has not.
	Encrypted   bool
	MissingKeys []string
}

// Uploader brings the sealed recordings of one instance into the archive.
type Uploader struct {
	cfg    UploaderConfig
	wake   chan struct{}
	cancel context.CancelFunc
	wait   sync.WaitGroup

	// The upload goroutine's own.
	resumed  bool              // what waits may be claimed: no claim of ours lies about
	failures int               // rounds in a row that the service failed
	pause    time.Time         // no round before it
	differs  map[uuid.UUID]int // tries in a row that found something else than was sealed

	mu     sync.Mutex
	status Status
	met    time.Time // when an upload last met what it met
	owes   bool      // an upload met a trouble and still waits: only an upload ends it
}

const (
	lease       = 10 * time.Minute
	retryLimit  = time.Minute
	lookEvery   = 5 * time.Second
	probeEvery  = 24 * time.Hour
	probeAgain  = 30 * time.Second // while the service could not be asked
	sweepEvery  = time.Minute
	minimumKept = 3 // years, Rule T-02
	// differsLimit is how often in a row the service must have something else
	// than was sealed until a recording has failed.
	differsLimit = 5
	mostTried    = 8 // recordings that are tried in a round while the service fails
)

// NewUploader makes an uploader that does nothing before Start.
func NewUploader(cfg UploaderConfig) *Uploader {
	if cfg.RetryFirst == 0 {
		cfg.RetryFirst = time.Second
	}
	cfg.Metrics.keys(cfg.Encrypt, len(cfg.MissingKeys))
	return &Uploader{cfg: cfg, wake: make(chan struct{}, 1), differs: map[uuid.UUID]int{}, status: Status{WORM: WORMUnknown, Encrypted: cfg.Encrypt, MissingKeys: cfg.MissingKeys}}
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
	for {
		if !time.Now().Before(u.pause) {
			u.round(ctx)
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

// resume makes everything of the instance due that waits: what an earlier
// process, or a try whose end could not be noted, has claimed, and what was put
// off while the service was away, so that the oldest goes first. The spool
// belongs to one process at a time, so nobody else is at it.
func (u *Uploader) resume(ctx context.Context) bool {
	err := u.cfg.Ledger.Resume(ctx, u.cfg.Instance, time.Now())
	if err != nil && ctx.Err() == nil {
		u.cfg.Logger.Warn("earlier uploads not resumed", "error", err)
	}
	return err == nil
}

// round brings on what is due, oldest first, until nothing is or the service
// fails. It is not asked again then before a pause that grows. One recording
// that fails alone does not hold up the others: with each failed round one more
// of them is tried.
func (u *Uploader) round(ctx context.Context) {
	if !u.resumed || u.failures > 0 {
		if u.resumed = u.resume(ctx); !u.resumed {
			return
		}
	}
	for failed := 0; ; {
		item, ok := u.claim(ctx)
		if !ok {
			return
		}
		started := time.Now()
		err := u.bring(ctx, item)
		if ctx.Err() != nil {
			return
		}
		u.cfg.Metrics.upload(err, time.Since(started))
		var noted *ledgerError
		switch {
		case err == nil:
			delete(u.differs, item.RecordingID)
			u.failures, failed = 0, 0
			u.trouble(nil)
		case errors.As(err, &noted):
			u.cfg.Logger.Warn("upload not noted", "recording_id", item.RecordingID, "error", err)
			u.resumed = false
			time.AfterFunc(u.backoff(1), u.Notify)
			return
		case u.hopeless(item, err):
			u.giveUp(ctx, item, err)
		default:
			u.putOff(ctx, item, err)
			failed++
			if troubleOf(err) == TroubleAway || failed > min(u.failures, mostTried) {
				wait := u.backoff(u.failures + 1)
				u.failures++
				u.pause = time.Now().Add(wait)
				time.AfterFunc(wait, u.Notify)
				return
			}
		}
	}
}

func (u *Uploader) claim(ctx context.Context) (Item, bool) {
	item, ok, err := u.cfg.Ledger.ClaimUpload(ctx, u.cfg.Instance, time.Now(), lease)
	if err != nil {
		u.resumed = false
		if ctx.Err() == nil {
			u.cfg.Logger.Warn("uploads not claimed", "error", err)
		}
	}
	return item, err == nil && ok && ctx.Err() == nil
}

// hopeless says that another try cannot help: there is nothing to store, or the
// service has something else, several times in a row. Services that are unwell
// say so for a while.
func (u *Uploader) hopeless(item Item, cause error) bool {
	if !errors.Is(cause, ErrDiffers) {
		delete(u.differs, item.RecordingID)
		return errors.Is(cause, fs.ErrNotExist)
	}
	u.differs[item.RecordingID]++
	return u.differs[item.RecordingID] >= differsLimit
}

// giveUp notes that a recording cannot be stored.
func (u *Uploader) giveUp(ctx context.Context, item Item, cause error) {
	delete(u.differs, item.RecordingID)
	u.cfg.Logger.Error("recording cannot be stored", "recording_id", item.RecordingID, "tries", item.Tries, "error", cause)
	state, note := "failed", u.cfg.Ledger.Failed
	if errors.Is(cause, fs.ErrNotExist) {
		state, note = "missing", u.cfg.Ledger.Missing
	}
	if err := note(ctx, item.RecordingID, cause.Error()); err != nil {
		u.resumed = false
		u.cfg.Logger.Error("state not noted", "recording_id", item.RecordingID, "state", state, "error", err)
		return
	}
	u.changed(item, state, cause.Error())
}

// putOff notes a failure that may pass.
func (u *Uploader) putOff(ctx context.Context, item Item, cause error) {
	wait := u.backoff(item.Tries)
	u.trouble(cause)
	u.cfg.Logger.Warn("recording waits for the storage", "recording_id", item.RecordingID, "tries", item.Tries, "error", cause,
		"trouble", string(troubleOf(cause)), "wait_ms", wait.Milliseconds())
	if err := u.cfg.Ledger.PutOff(ctx, item.RecordingID, cause.Error(), time.Now().Add(wait)); err != nil {
		u.resumed = false
		u.cfg.Logger.Error("upload not put off", "recording_id", item.RecordingID, "error", err)
	}
	u.changed(item, item.State, cause.Error())
	time.AfterFunc(wait, u.Notify)
}

func (u *Uploader) backoff(tries int) time.Duration {
	d := u.cfg.RetryFirst << min(max(tries-1, 0), 10)
	d = min(d, retryLimit)
	return d/2 + rand.N(d/2+1)
}

// bring stores and verifies one recording. What the service says it stored is
// asked for before it is noted as a fact: some say so and have nothing.
func (u *Uploader) bring(ctx context.Context, item Item) error {
	o := item.Object
	if item.State != "stored" {
		u.changed(item, "uploading", "")
		var err error
		if o, err = u.store(ctx, item, retainUntil(item, time.Now())); err != nil {
			return err
		}
	}
	sum, size := item.SHA256, item.Bytes
	if o.KeyID != "" {
		sum, size = o.SHA256, o.Bytes
	}
	seen, err := u.cfg.Client.Stat(ctx, o.Key, o.VersionID, sum, size)
	if errors.Is(err, ErrNotFound) {
		return errors.Join(errors.New("the storage says that it stored the recording, and has nothing"), err)
	}
	if err != nil {
		return err
	}
	if seen.LockMode != "COMPLIANCE" || seen.RetainUntil.Before(item.CallEnd.AddDate(minimumKept, 0, 0)) {
		return errors.Join(errors.New("the object is not locked for three years"), ErrDiffers) // Rule T-02
	}
	if item.State != "stored" {
		if err := u.cfg.Ledger.Stored(ctx, item.RecordingID, o, time.Now()); err != nil {
			return &ledgerError{err}
		}
		u.changed(item, "stored", "")
	}
	if err := u.cfg.Ledger.Verified(ctx, item.RecordingID, time.Now()); err != nil {
		return &ledgerError{err}
	}
	u.changed(item, "verified", "")
	if err := u.draw(ctx, item); err != nil && ctx.Err() == nil {
		u.cfg.Logger.Warn("the wave form of a recording was not kept: it is drawn when somebody looks", "recording", item.RecordingID, "error", err)
	}
	return nil
}

// draw keeps the wave form while the local copy is there.
func (u *Uploader) draw(ctx context.Context, item Item) error {
	path, err := u.cfg.Local.WAV(item.RecordingID)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	p, err := wav.ReadPeaks(f, item.Bytes, wav.PeakPoints)
	if err != nil {
		return err
	}
	return u.cfg.Ledger.Drawn(ctx, item.RecordingID, p)
}

// retainUntil is the end of an object's lock: the program's years after the end
// of the call, and a day of grace for clocks. A call whose years are over, or
// that was made while the clock was wrong, is locked for a day: services refuse
// a date in the past.
func retainUntil(item Item, now time.Time) time.Time {
	until := item.CallEnd.AddDate(max(item.RetainYears, minimumKept), 0, 1)
	if soon := now.AddDate(0, 0, 1); until.Before(soon) {
		until = soon
	}
	return until.UTC().Truncate(time.Second)
}

// ledgerError is a failure of the database, not of the service.
type ledgerError struct{ error }

func (e *ledgerError) Unwrap() error { return e.error }

func (u *Uploader) changed(item Item, state, errText string) {
	if u.cfg.Changed != nil {
		u.cfg.Changed(item.RecordingID, item.CallID, state, errText)
	}
}

// trouble keeps what the last upload met; nil: it was stored.
func (u *Uploader) trouble(cause error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.met, u.owes = time.Now(), cause != nil
	u.tell(cause)
}

// answered keeps whether the service answers. An upload that waits knows better:
// a service that answers and stores nothing is not well, and the answer to a HEAD
// has no body that would say why. So does one that met something since the
// question was asked.
func (u *Uploader) answered(asked time.Time, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.owes || u.met.After(asked) {
		return
	}
	u.tell(err)
}

// tell is called with mu held: the figures say what the state says, in the
// order in which it came about.
func (u *Uploader) tell(cause error) {
	what := troubleOf(cause)
	u.status.Trouble, u.status.Reachable = what, what == TroubleNone
	u.cfg.Metrics.trouble(what)
	u.cfg.Metrics.reachable(what == TroubleNone)
}

func (u *Uploader) count(ctx context.Context) {
	b, err := u.cfg.Ledger.Backlog(ctx, u.cfg.Instance)
	if err != nil {
		return
	}
	u.mu.Lock()
	u.status.Backlog = b
	u.owes = u.owes && b.Count > 0
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
			asked := time.Now()
			if err := u.cfg.Client.Reachable(ctx); ctx.Err() == nil {
				u.answered(asked, err)
			}
		}
	}
}

func (u *Uploader) probe(ctx context.Context) time.Duration {
	asked := time.Now()
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
	if worm == WORMUnknown {
		u.answered(asked, err)
	} else {
		u.answered(asked, nil)
	}
	if worm == WORMUnknown {
		u.cfg.Logger.Warn("WORM probe could not ask the storage", "error", err)
		return probeAgain
	}
	u.mu.Lock()
	u.status.WORM, u.status.ProbedAt = worm, time.Now()
	u.mu.Unlock()
	u.cfg.Metrics.probed(worm)
	if u.cfg.Probed != nil {
		u.cfg.Probed(ctx, worm)
	}
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
