package spool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
)

// File is what a log is written through. Tests put faults into it.
type File interface {
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

// Config is what a spool is made of.
type Config struct {
	Dir string
	// Reserve is the free space in bytes that a new recording must leave.
	Reserve int64
	// PerCall is what is kept free for each live recording on top of Reserve, so
	// that it comes to its end and can be sealed; 0: [DefaultPerCall].
	PerCall int64
	// Files is the disk; nil: the real one.
	Files Files
	// Create opens a log for appending; nil: Files.Append.
	Create func(path string) (File, error)
	Logger *slog.Logger
	// SyncEvery is the time between two syncs; 0: one second.
	SyncEvery time.Duration
}

// DefaultPerCall is ten more minutes of both sides: 12 MB of log, 9.6 MB of WAV.
const DefaultPerCall = 22 << 20

// FullError refuses a recording because the disk is too full (Rule T-01).
type FullError struct{ Free, Reserve int64 }

func (e *FullError) Error() string {
	return fmt.Sprintf("spool has %d bytes free and keeps %d in reserve", e.Free, e.Reserve)
}

// Spool is the local disk of the recordings. Safe for concurrent use.
type Spool struct {
	cfg  Config
	root *os.File
	stop chan struct{}
	done chan struct{}
	once sync.Once

	mu       sync.Mutex
	open     int
	synced   time.Time
	syncTook time.Duration
	syncErr  error
}

// syncLag is how old the last good sync may be before the spool is unhealthy.
const syncLag = 10 * time.Second

// Open makes the directory and starts the sync round.
func Open(cfg Config) (*Spool, error) {
	if cfg.SyncEvery == 0 {
		cfg.SyncEvery = time.Second
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.PerCall == 0 {
		cfg.PerCall = DefaultPerCall
	}
	if cfg.Files == nil {
		cfg.Files = osFiles{}
	}
	if cfg.Create == nil {
		cfg.Create = cfg.Files.Append
	}
	if err := cfg.Files.MkdirAll(cfg.Dir); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	root, err := os.Open(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("open spool: %w", err)
	}
	s := &Spool{cfg: cfg, root: root, stop: make(chan struct{}), done: make(chan struct{}), synced: time.Now()}
	go s.run()
	return s, nil
}

// Close ends the sync round after a last sync. It may be called twice.
func (s *Spool) Close() error {
	s.once.Do(func() { close(s.stop) })
	<-s.done
	return s.root.Close()
}

func (s *Spool) run() {
	defer close(s.done)
	tick := time.NewTicker(s.cfg.SyncEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.mu.Lock()
			idle := s.open == 0
			if idle && s.syncErr == nil {
				s.synced = time.Now() // nothing to sync
			}
			s.mu.Unlock()
			if !idle || s.lastError() != nil {
				s.sync()
			}
		case <-s.stop:
			s.sync()
			return
		}
	}
}

func (s *Spool) lastError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.syncErr
}

func (s *Spool) sync() {
	start := time.Now()
	err := s.cfg.Files.SyncAll(s.root)
	s.mu.Lock()
	s.syncTook, s.syncErr = time.Since(start), err
	if err == nil {
		s.synced = time.Now()
	}
	took := s.syncTook
	s.mu.Unlock()
	if err != nil {
		s.cfg.Logger.Error("spool not synced", "error", err)
	} else if took > time.Second {
		s.cfg.Logger.Warn("spool sync is slow", "took_ms", took.Milliseconds())
	}
}

// Free is the space left on the spool's file system.
func (s *Spool) Free() (int64, error) {
	free, err := s.cfg.Files.Free(s.root)
	if err != nil {
		return 0, fmt.Errorf("ask the spool's free space: %w", err)
	}
	return free, nil
}

// Healthy says why no recording should be opened now, or nil (Rule T-01).
func (s *Spool) Healthy() error {
	s.mu.Lock()
	synced, err, reserve := s.synced, s.syncErr, s.cfg.Reserve+int64(s.open)*s.cfg.PerCall
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("sync spool: %w", err)
	}
	if age := time.Since(synced); age > syncLag {
		return fmt.Errorf("spool was not synced for %s", age.Round(time.Second))
	}
	free, err := s.Free()
	if err != nil {
		return err
	}
	if free < reserve {
		return &FullError{Free: free, Reserve: reserve}
	}
	return nil
}

// Meta is what a recording is about, written before its first packet.
type Meta struct {
	RecordingID uuid.UUID `json:"recording_id"`
	CallID      uuid.UUID `json:"call_id"`
	Instance    string    `json:"instance"`
	OpenedAt    time.Time `json:"opened_at"`
}

// The files of a recording's directory.
const (
	metaFile = "meta.json"
	logFile  = "media.log"
	wavFile  = "sealed.wav"
	sealFile = "sealed.json"
)

// Entry is one recording of the spool.
type Entry struct {
	Dir   string
	Meta  Meta
	files Files // nil: the real disk
}

// Files is the disk that the entry lies on.
func (e Entry) Files() Files {
	if e.files == nil {
		return osFiles{}
	}
	return e.files
}

// WriteDurably writes a small file of the entry so that it is either whole or
// not there.
func (e Entry) WriteDurably(path string, b []byte) error { return writeDurably(e.Files(), path, b) }

// Log, WAV and Seal are the paths of the entry's files.
func (e Entry) Log() string  { return filepath.Join(e.Dir, logFile) }
func (e Entry) WAV() string  { return filepath.Join(e.Dir, wavFile) }
func (e Entry) Seal() string { return filepath.Join(e.Dir, sealFile) }

// Create makes the directory of a recording durable and opens its log. The
// caller closes the file and calls Done.
func (s *Spool) Create(m Meta) (Entry, File, error) {
	if err := s.Healthy(); err != nil {
		return Entry{}, nil, err
	}
	e, err := s.place(m)
	if err != nil {
		return Entry{}, nil, err
	}
	f, err := s.cfg.Create(e.Log())
	if err != nil {
		return Entry{}, nil, fmt.Errorf("create spool log: %w", err)
	}
	if err := s.syncDirs(e); err != nil {
		_ = f.Close()
		return Entry{}, nil, err
	}
	s.mu.Lock()
	s.open++
	s.mu.Unlock()
	return e, f, nil
}

// Prepare makes the directory of a recording that was made elsewhere durable;
// it has no log.
func (s *Spool) Prepare(m Meta) (Entry, error) {
	if err := s.Healthy(); err != nil {
		return Entry{}, err
	}
	e, err := s.place(m)
	if err != nil {
		return Entry{}, err
	}
	return e, s.syncDirs(e)
}

func (s *Spool) place(m Meta) (Entry, error) {
	e := Entry{Dir: filepath.Join(s.cfg.Dir, m.OpenedAt.UTC().Format("20060102"), m.RecordingID.String()), Meta: m, files: s.cfg.Files}
	if err := s.cfg.Files.MkdirAll(e.Dir); err != nil {
		return Entry{}, fmt.Errorf("make spool directory: %w", err)
	}
	b, err := json.Marshal(m)
	if err != nil {
		return Entry{}, err
	}
	return e, e.WriteDurably(filepath.Join(e.Dir, metaFile), b)
}

func (s *Spool) syncDirs(e Entry) error {
	for _, d := range []string{e.Dir, filepath.Dir(e.Dir), s.cfg.Dir} {
		if err := s.cfg.Files.SyncDir(d); err != nil {
			return err
		}
	}
	return nil
}

// Done says that a log that Create opened is closed.
func (s *Spool) Done() {
	s.mu.Lock()
	s.open--
	s.mu.Unlock()
}

// Entries lists the recordings of the spool, oldest day first. A directory
// without readable meta data is reported and left alone.
func (s *Spool) Entries() ([]Entry, error) {
	dirs, err := filepath.Glob(filepath.Join(s.cfg.Dir, "[0-9]*", "*"))
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, d := range dirs {
		e, err := s.read(d)
		if err != nil {
			s.cfg.Logger.Error("spool directory cannot be read", "dir", d, "error", err)
			continue
		}
		out = append(out, e)
	}
	return out, nil
}

// Find gives the entry of a recording; fs.ErrNotExist when there is none.
func (s *Spool) Find(id uuid.UUID) (Entry, error) {
	found, err := filepath.Glob(filepath.Join(s.cfg.Dir, "[0-9]*", id.String()))
	if err != nil {
		return Entry{}, err
	}
	if len(found) == 0 {
		return Entry{}, fmt.Errorf("find recording %s in spool: %w", id, fs.ErrNotExist)
	}
	return s.read(found[0])
}

// Remove deletes a recording's directory: only after it is stored and verified.
func (s *Spool) Remove(id uuid.UUID) error {
	e, err := s.Find(id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(e.Dir)
}

func (s *Spool) read(dir string) (Entry, error) {
	b, err := os.ReadFile(filepath.Join(dir, metaFile))
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Dir: dir, files: s.cfg.Files}
	if err := json.Unmarshal(b, &e.Meta); err != nil {
		return Entry{}, fmt.Errorf("read %s: %w", metaFile, err)
	}
	return e, nil
}

// WriteDurably writes a small file so that it is either whole or not there.
func WriteDurably(path string, b []byte) error { return writeDurably(osFiles{}, path, b) }

func writeDurably(files Files, path string, b []byte) error {
	tmp := path + ".tmp"
	f, err := files.Make(tmp)
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = files.Rename(tmp, path)
	}
	if err == nil {
		err = files.SyncDir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
