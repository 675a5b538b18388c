package recording

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/media"
	"huifang/recording/spool"
)

// small is a disk of a size.
type small struct {
	*forgetful
	mu   sync.Mutex
	left int64
}

func (d *small) Free(*os.File) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left, nil
}

// take gives what there is of the room that is asked for.
func (d *small) take(n int64) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	n = min(n, max(d.left, 0))
	d.left -= n
	return n
}

func (d *small) give(n int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left += n
}

func (d *small) Append(path string) (spool.File, error) { return d.limited(d.forgetful.Append(path)) }
func (d *small) Make(path string) (spool.File, error)   { return d.limited(d.forgetful.Make(path)) }

func (d *small) limited(f spool.File, err error) (spool.File, error) {
	return &smallFile{f, d}, err
}

type smallFile struct {
	spool.File
	disk *small
}

func (f *smallFile) Write(b []byte) (int, error) {
	n, err := f.File.Write(b[:f.disk.take(int64(len(b)))])
	if err == nil && n < len(b) {
		err = syscall.ENOSPC
	}
	return n, err
}

// A disk fills up: a new recording is refused while there is still room for the
// live ones, and those come to their end and are sealed.
func TestRuleT01_NewCallsAreRefusedBeforeTheLiveOnesLackRoom(t *testing.T) {
	t.Parallel()
	const perCall, reserve, seconds = 300 << 10, 64 << 10, 6 // a second takes 20 kB in the log and 16 in the WAV
	disk := &small{forgetful: newForgetful(), left: reserve + 5*perCall/2}
	s, err := spool.Open(spool.Config{Dir: t.TempDir(), Reserve: reserve, PerCall: perCall, Files: disk})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var live []*Recorder
	var full *spool.FullError
	failed := func(err error) { t.Errorf("a live recording could not be written: %v", err) }
	for err == nil && len(live) < 10 {
		var r *Recorder
		if r, err = Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New(), Failed: failed}); err == nil {
			live = append(live, r)
		}
	}
	if !errors.As(err, &full) || len(live) != 3 {
		t.Fatalf("%d recordings opened, then %v", len(live), err)
	}
	for i := range seconds * 50 {
		for _, r := range live {
			for _, side := range []media.Side{media.Agent, media.Customer} {
				r.TapFrame(side, frame(i, r.opened.Add(time.Duration(i)*20*time.Millisecond)))
			}
		}
	}
	for _, r := range live {
		sealed, err := r.Close("")
		if err != nil || sealed.Duration < seconds*time.Second-20*time.Millisecond || sealed.Facts.Customer.Packets != seconds*50 {
			t.Errorf("%v %+v", err, sealed)
		}
	}
	if _, err := Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New(), Failed: failed}); err == nil && disk.left < reserve {
		t.Error("opened below the reserve")
	}
}

// The disk is full when the call ends: the recording is sealed when there is
// room again, and nothing of it is lost.
func TestRuleT01_NoRoomToSealWaitsForRoom(t *testing.T) {
	t.Parallel()
	disk := &small{forgetful: newForgetful(), left: 1 << 20}
	s, err := spool.Open(spool.Config{Dir: t.TempDir(), PerCall: 1, Files: disk})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		r.TapFrame(media.Customer, frame(i, r.opened.Add(time.Duration(i)*20*time.Millisecond)))
	}
	taken := disk.take(1<<20 - 40<<10) // room for the log, not for the WAV
	if _, err := r.Close(""); !NoRoom(err) {
		t.Fatalf("sealed on a full disk: %v", err)
	}
	e, err := s.Find(r.opts.RecordingID)
	if err != nil {
		t.Fatal(err)
	}
	waits := 0
	sealed, err := SealWhenRoom(e, nil, func(error) {
		if waits++; waits == 2 {
			disk.give(taken)
		}
	})
	if err != nil || waits != 2 || sealed.Facts.Customer.Packets != 100 || sealed.Interrupted {
		t.Fatalf("%d waits, %v, %+v", waits, err, sealed)
	}
}
