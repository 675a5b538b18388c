package spool

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// Files is what a spool does to its disk. Tests put a disk in its place that
// forgets what was not synced.
type Files interface {
	// MkdirAll makes a directory and those above it.
	MkdirAll(path string) error
	// Append makes a file that must not exist yet, for appending.
	Append(path string) (File, error)
	// Make makes a file anew.
	Make(path string) (File, error)
	Rename(from, to string) error
	// SyncDir makes the names in a directory durable.
	SyncDir(path string) error
	// SyncAll makes everything on the file system of an open directory durable.
	SyncAll(root *os.File) error
	// Free is the space left on it, in bytes.
	Free(root *os.File) (int64, error)
}

// osFiles is the real disk.
type osFiles struct{}

func (osFiles) MkdirAll(path string) error { return os.MkdirAll(path, 0o700) }

func (osFiles) Append(path string) (File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

func (osFiles) Make(path string) (File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

func (osFiles) Rename(from, to string) error { return os.Rename(from, to) }

func (osFiles) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (osFiles) SyncAll(root *os.File) error { return unix.Syncfs(int(root.Fd())) }

func (osFiles) Free(root *os.File) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Fstatfs(int(root.Fd()), &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil
}
