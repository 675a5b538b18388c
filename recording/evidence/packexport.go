package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"
)

// Source is where packs are made of. internal/store implements it.
type Source interface {
	Reader
	// CallsBetween lists ended calls that began in a period, by (started_at,
	// id), from behind the given one on.
	CallsBetween(ctx context.Context, p Period, after PackCall, limit int) ([]PackCall, error)
	// CallsOf lists the calls of recordings.
	CallsOf(ctx context.Context, recordings []uuid.UUID) ([]PackCall, error)
	// LeavesOf gives the indexes of all leaves about calls: the call, its
	// attempts, recording, record and marks, who heard it, and what the audit
	// log has of them. Every key's leaf is among them.
	LeavesOf(ctx context.Context, calls []uuid.UUID) ([]int64, error)
}

// Exporter writes packs (Rules T-08, S-03).
type Exporter struct {
	Source  Source
	Objects Objects
	Log     *Log
	Clock   func() time.Time
	// Note is told which recordings a volume takes along, before it has its name: a
	// volume whose log has failed is none (Rule S-01). Nil where a filing's handing
	// over notes it; told again after a run that broke off just then.
	Note func(ctx context.Context, recordings []uuid.UUID) error
	// Progress hears of every call that was packed; may be nil.
	Progress func(volume int, calls int64, bytes int64)
}

// Order says what is exported.
type Order struct {
	Dir        string // where; a volume is a directory in it
	By, Reason string
	Filing     *Filing
	Period     *Period     // calls that began in it,
	Recordings []uuid.UUID // or these
	// VolumeBytes bounds a volume; 0: no bound. A call that is larger than a
	// volume is an error before anything is written.
	VolumeBytes int64
	// Zone is that of the times that people read; nil: UTC. What proves is in UTC.
	Zone *time.Location
}

// ErrNothing: no call is in the period.
var ErrNothing = errors.New("there is nothing to export: no call that has ended began in the period")

const (
	packBatch    = 500
	pageOverhead = 1 << 20 // of a volume, for the page and the notes
	callOverhead = 24_000  // leaves with their proofs, of one call
)

// Export writes volumes, vol-001 and so on, and gives their directories. Each
// can be verified by itself. A volume has its name only when it is whole; what
// an earlier, broken run of the same order left is used again: whole volumes as
// they are, of the next one each file that has its hash. What another order
// left is an error ([ErrOther]), for it must not be taken for this one.
func (e *Exporter) Export(ctx context.Context, o Order) ([]string, error) {
	calls, err := e.calls(ctx, o)
	if err != nil {
		return nil, err
	}
	dirs, calls, err := finished(o, calls)
	if err != nil || len(calls) == 0 {
		return dirs, err
	}
	for _, c := range calls {
		if need := pageOverhead + c.stored.Bytes + callOverhead; o.VolumeBytes > 0 && need > o.VolumeBytes {
			return nil, tooLarge(c, need, o.VolumeBytes)
		}
	}
	if _, err := e.Log.Checkpoint(ctx); err != nil { // the pack's last leaves are covered, in the bucket too
		return nil, err
	}
	if err := e.Log.stampLast(ctx); err != nil {
		return nil, err
	}
	for len(calls) > 0 {
		dir := volumeDir(o, len(dirs)+1)
		n, err := e.volume(ctx, o, len(dirs)+1, calls)
		if err != nil {
			return dirs, fmt.Errorf("write %s: %w", dir, err)
		}
		dirs, calls = append(dirs, dir), calls[n:]
	}
	return dirs, nil
}

func volumeDir(o Order, n int) string { return filepath.Join(o.Dir, fmt.Sprintf("vol-%03d", n)) }

func tooLarge(c PackCall, need, limit int64) error {
	return fmt.Errorf("call %s needs %d bytes: volumes must be larger than %d", c.ID, need, limit)
}

// calls lists what is to be packed. What goes to an authority is packed once,
// so it has to be whole (Rule S-03).
func (e *Exporter) calls(ctx context.Context, o Order) ([]PackCall, error) {
	if o.Period != nil {
		calls, err := e.period(ctx, *o.Period)
		if err == nil && len(calls) == 0 {
			err = ErrNothing
		}
		return calls, err
	}
	calls, err := e.Source.CallsOf(ctx, o.Recordings)
	if err != nil {
		return nil, err
	}
	for _, id := range o.Recordings {
		i := slices.IndexFunc(calls, func(c PackCall) bool { return c.Recording == id })
		switch {
		case i < 0:
			return nil, fmt.Errorf("recording %s: there is no call of it that has ended", id)
		case calls[i].stored.Key == "" && slices.Contains([]string{"opened", "spooling", "sealed", "uploading"}, calls[i].stored.State):
			return nil, fmt.Errorf("recording %s: it is not stored yet (%s on %s): wait until it is", id, calls[i].stored.State, calls[i].stored.Instance)
		}
	}
	return calls, nil
}

// ErrOther: the directory has volumes of another order.
var ErrOther = errors.New("the directory has volumes of another export: give one of its own")

// finished gives the volumes of this order that are whole, and the calls that
// are in none of them.
func finished(o Order, calls []PackCall) (dirs []string, rest []PackCall, err error) {
	packed, last := map[uuid.UUID]bool{}, false
	for dir := volumeDir(o, 1); ; dir = volumeDir(o, len(dirs)+1) {
		if _, err := os.Stat(filepath.Join(dir, packNote)); errors.Is(err, fs.ErrNotExist) {
			break
		}
		p, err := readPack(dir)
		if err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", dir, err)
		}
		if !p.answers(o) {
			return nil, nil, fmt.Errorf("%s: %w", dir, ErrOther)
		}
		for _, c := range p.Calls {
			packed[c.ID] = true
		}
		dirs, last = append(dirs, dir), last || p.Last
	}
	rest = slices.DeleteFunc(calls, func(c PackCall) bool { return packed[c.ID] })
	if last && len(rest) > 0 {
		return nil, nil, fmt.Errorf("the export in %s is finished, and %d calls of its period have ended since: export to another directory", o.Dir, len(rest))
	}
	return dirs, rest, nil
}

// answers reports whether a volume is one of this order.
func (p *Pack) answers(o Order) bool {
	if (p.Filing == nil) != (o.Filing == nil) || (p.Period == nil) != (o.Period == nil) {
		return false
	}
	if p.Filing != nil && p.Filing.ID != o.Filing.ID || p.Period != nil && (!p.Period.From.Equal(o.Period.From) || !p.Period.To.Equal(o.Period.To)) {
		return false
	}
	if o.Period == nil { // one volume, of named recordings
		for _, c := range p.Calls {
			if !slices.Contains(o.Recordings, c.Recording) {
				return false
			}
		}
	}
	return true
}

// volume writes the next volume of as many calls as go on it, and gives how
// many. What leaves and proofs need is known only when they are there: a volume
// that became too large is written again, of fewer calls.
func (e *Exporter) volume(ctx context.Context, o Order, number int, calls []PackCall) (int, error) {
	dir := volumeDir(o, number)
	for n := fit(calls, o.VolumeBytes); ; {
		w := &packWriter{e: e, zone: cmp.Or(o.Zone, time.UTC), dir: dir + ".part", cache: map[int64]tlog.Hash{}, pack: Pack{Version: packVersion, Log: e.Log.cfg.Keys.Origin(),
			MadeAt: e.Clock().UTC().Truncate(time.Second), MadeBy: o.By, Reason: o.Reason, Filing: o.Filing, Period: o.Period, Volume: number,
			Last: n == len(calls), Calls: slices.Clone(calls[:n]), Files: map[string]PackFile{}}}
		size, err := w.write(ctx)
		if err != nil {
			return 0, err
		}
		if o.VolumeBytes == 0 || size <= o.VolumeBytes {
			if err := e.note(ctx, w.pack.Calls); err != nil {
				return 0, err
			}
			return n, os.Rename(w.dir, dir)
		}
		if n == 1 {
			return 0, tooLarge(calls[0], size, o.VolumeBytes)
		}
		n = max(1, min(n-1, int(float64(n)*0.97*float64(o.VolumeBytes)/float64(size))))
	}
}

// note tells of the recordings that a volume has the sound of.
func (e *Exporter) note(ctx context.Context, calls []PackCall) error {
	if e.Note == nil {
		return nil
	}
	var recordings []uuid.UUID
	for _, c := range calls {
		if c.Audio != "" {
			recordings = append(recordings, c.Recording)
		}
	}
	if err := e.Note(ctx, recordings); err != nil {
		return fmt.Errorf("log what is taken along: %w", err)
	}
	return nil
}

// fit is how many calls go on a volume, about.
func fit(calls []PackCall, limit int64) int {
	used := int64(pageOverhead)
	for i, c := range calls {
		used += c.stored.Bytes + callOverhead
		if limit > 0 && used > limit && i > 0 {
			return i
		}
	}
	return len(calls)
}

func (e *Exporter) period(ctx context.Context, p Period) (calls []PackCall, err error) {
	var last PackCall
	for {
		batch, err := e.Source.CallsBetween(ctx, p, last, packBatch)
		if err != nil {
			return nil, err
		}
		calls = append(calls, batch...)
		if len(batch) < packBatch {
			return calls, nil
		}
		last = batch[len(batch)-1]
	}
}
