package recording

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"huifang/internal/testkit/stall"
	"huifang/media"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// The power fails at random moments while recordings begin, go on and are
// sealed. Whatever recorder was open before is found, can be played, lacks at
// most its last 1.5 s, and what was sealed is whole to the last byte.
func TestRuleT01_PowerLossCostsAtMostASecondAndAHalf(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	watch := stall.Start()
	defer watch.Stop()
	disk, dir := newForgetful(), t.TempDir()
	s, err := spool.Open(spool.Config{Dir: dir, Files: disk})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var mu sync.Mutex
	open := map[uuid.UUID]*spoken{} // recorders whose Open has come back: from then on an INVITE may leave
	var all sync.WaitGroup
	stop := make(chan struct{})
	for i := range 12 {
		begin, length := time.Duration(dice.IntN(1200))*time.Millisecond, time.Duration(600+dice.IntN(2600))*time.Millisecond
		all.Go(func() {
			if !lapse(stop, begin) {
				return
			}
			x := &spoken{fill: byte(i + 1)}
			r, err := Open(Options{Spool: s, RecordingID: uuid.New(), CallID: uuid.New()})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			open[r.opts.RecordingID] = x
			mu.Unlock()
			for n := 0; time.Since(r.opened) < length && lapse(stop, 20*time.Millisecond); n++ {
				f := frame(n, time.Now())
				f.Payload = bytes.Repeat([]byte{x.fill}, 160)
				r.TapFrame(media.Customer, f)
				mu.Lock()
				x.last = f.Arrival
				mu.Unlock()
			}
			sealed, err := r.Close("")
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			x.sealed = &sealed
			mu.Unlock()
		})
	}
	began := time.Now()
	var most time.Duration
	for range 25 {
		lapse(stop, time.Duration(dice.IntN(280))*time.Millisecond)
		mu.Lock()
		known := map[uuid.UUID]spoken{}
		for id, x := range open {
			known[id] = *x
		}
		mu.Unlock()
		most = max(most, afterwards(t, disk.off(t, dir, dice), known, watch.Longest(began, time.Now())))
	}
	close(stop)
	all.Wait()
	if disk.syncs < 2 || most == 0 {
		t.Errorf("%d syncs, at most %s lost: the disk forgets nothing", disk.syncs, most)
	}
	t.Logf("at most %s missing", most.Round(time.Millisecond))
}

// spoken is what a recorder was given.
type spoken struct {
	fill   byte
	last   time.Time // of the last packet
	sealed *Sealed   // when its Close has come back
}

func lapse(stop <-chan struct{}, d time.Duration) bool {
	select {
	case <-stop:
		return false
	case <-time.After(d):
		return true
	}
}

// afterwards opens what a power failure left, and compares.
func afterwards(t *testing.T, dir string, known map[uuid.UUID]spoken, stalled time.Duration) (most time.Duration) {
	t.Helper()
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, x := range known {
		e, err := s.Find(id)
		if err != nil {
			t.Errorf("a recorder that was open is gone: %v", err)
			continue
		}
		got, err := Seal(e)
		if err != nil {
			t.Errorf("not sealed: %v", err)
			continue
		}
		file, err := os.ReadFile(got.Path)
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha256.Sum256(file)
		if l, err := wav.Parse(bytes.NewReader(file), int64(len(file))); err != nil || !bytes.Equal(sum[:], got.SHA256) || l.Samples*8000 < 0 {
			t.Errorf("not playable or not what its seal says: %v", err)
		}
		if x.sealed != nil {
			if !bytes.Equal(got.SHA256, x.sealed.SHA256) || got.Interrupted {
				t.Errorf("a sealed recording is another after the power failure: %s instead of %s", got.Duration, x.sealed.Duration)
			}
			continue
		}
		for at := wav.HeaderSize; at+1 < len(file); at += 2 {
			if file[at+1] != x.fill && file[at+1] != 0xd5 { // A-law silence between packets
				t.Fatalf("a sample that nobody said: %x", file[at+1])
			}
		}
		if x.last.IsZero() {
			continue
		}
		missing := max(0, x.last.Sub(got.StartedAt.Add(got.Duration)))
		if got.Facts.Customer.Packets == 0 && got.EmptyRight {
			missing = x.last.Sub(got.OpenedAt)
		}
		if most = max(most, missing); missing > 1500*time.Millisecond+stalled {
			t.Errorf("%s missing, the machine stood still for %s", missing, stalled)
		}
	}
	return most
}
