package recording

import (
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"huifang/recording/spool"
)

// forgetful is a disk over real files that knows what of them a power failure
// would leave: names only after their directory was synced, contents only after
// the file or everything was, and of the rest any part, its last sector torn. It
// promises no more than POSIX does.
type forgetful struct {
	mu      sync.Mutex
	now     map[string]*content // files as they are
	durable map[string]*content // names as they are after a power failure
	dirs    map[string]bool     // false: not durable yet
	syncs   int
}

// content is what is in a file.
type content struct {
	b      []byte
	synced int
}

func newForgetful() *forgetful {
	return &forgetful{now: map[string]*content{}, durable: map[string]*content{}, dirs: map[string]bool{}}
}

func (d *forgetful) MkdirAll(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for p := path; len(p) > 1; p = filepath.Dir(p) {
		if _, err := os.Stat(p); err == nil {
			break
		}
		d.dirs[p] = false
	}
	return os.MkdirAll(path, 0o700)
}

func (d *forgetful) Append(path string) (spool.File, error) {
	return d.open(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND)
}

func (d *forgetful) Make(path string) (spool.File, error) {
	return d.open(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY)
}

func (d *forgetful) open(path string, flag int) (spool.File, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return nil, err
	}
	c := &content{}
	d.now[path] = c
	return &forgetfulFile{disk: d, file: f, c: c}, nil
}

func (d *forgetful) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now[to] = d.now[from]
	delete(d.now, from)
	return os.Rename(from, to)
}

func (d *forgetful) SyncDir(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for p := range d.dirs {
		if filepath.Dir(p) == path {
			d.dirs[p] = true
		}
	}
	for p := range d.durable {
		if filepath.Dir(p) == path && d.now[p] == nil {
			delete(d.durable, p)
		}
	}
	for p, c := range d.now {
		if filepath.Dir(p) == path {
			d.durable[p] = c
		}
	}
	return nil
}

func (d *forgetful) SyncAll(*os.File) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.syncs++
	for p := range d.dirs {
		d.dirs[p] = true
	}
	d.durable = maps.Clone(d.now)
	for _, c := range d.now {
		c.synced = len(c.b)
	}
	return nil
}

func (d *forgetful) Free(*os.File) (int64, error) { return 1 << 40, nil }

type forgetfulFile struct {
	disk *forgetful
	file *os.File
	c    *content
}

func (f *forgetfulFile) Write(b []byte) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	n, err := f.file.Write(b)
	f.c.b = append(f.c.b, b[:n]...)
	return n, err
}

func (f *forgetfulFile) Sync() error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	f.c.synced = len(f.c.b)
	return nil
}

func (f *forgetfulFile) Close() error { return f.file.Close() }

const sector = 512

// off gives a copy of the spool as it is after a power failure now.
func (d *forgetful) off(t *testing.T, from string, dice *rand.Rand) string {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	to := t.TempDir()
	kept := map[string]bool{filepath.Dir(from): true, from: true}
	for _, p := range slices.Sorted(maps.Keys(d.dirs)) { // those above first
		kept[p] = kept[filepath.Dir(p)] && (d.dirs[p] || dice.IntN(2) == 0)
	}
	names := map[string]bool{}
	for p := range d.now {
		names[p] = true
	}
	for p := range d.durable {
		names[p] = true
	}
	for _, p := range slices.Sorted(maps.Keys(names)) {
		c := d.durable[p]
		if c != d.now[p] && dice.IntN(2) == 0 {
			c = d.now[p] // the name reached the disk by itself
		}
		if dir := filepath.Dir(p); c == nil || !kept[dir] && dir != from {
			continue
		}
		rest := len(c.b) - c.synced
		b := append([]byte(nil), c.b[:c.synced+dice.IntN(rest+1)]...)
		if torn := min(len(b)-c.synced, sector); torn > 0 && dice.IntN(2) == 0 {
			for i := len(b) - torn; i < len(b); i++ {
				b[i] = byte(dice.Uint32())
			}
		}
		name, err := filepath.Rel(from, p)
		if err == nil {
			err = errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o700), os.WriteFile(filepath.Join(to, name), b, 0o600))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}
