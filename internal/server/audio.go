package server

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/google/uuid"

	"huifang/internal/problem"
	"huifang/internal/replay"
	"huifang/recording/archive"
	"huifang/recording/vault"
)

// library gives the audio of recordings: the object where it is stored, the
// local copy until then. A recording is found by its id alone.
type library struct {
	store  replay.Store
	client *archive.Client
	local  localDisk
}

type storedAudio struct {
	io.ReadSeekCloser
	size int64
}

func (a storedAudio) Size() int64 { return a.size }

// OpenAudio implements replay.Archive.
func (l *library) OpenAudio(ctx context.Context, id uuid.UUID) (replay.Audio, error) {
	d, err := l.store.StoredFile(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.State == "expired" || d.State == "deleted" { // Rule T-02: its row is its tombstone
		return nil, &problem.Error{Code: problem.CodeUnavailable, Reason: "expired", Detail: "its retention is over and a second person approved: the recording was deleted"}
	}
	if len(d.SHA256) == 0 {
		return nil, &problem.Error{Code: problem.CodeUnavailable, Reason: "not_sealed", Detail: "the recording is " + d.State + ", there is nothing to play yet"}
	}
	path, err := l.local.WAV(id)
	if err == nil {
		f, err := os.Open(path)
		if err == nil {
			return storedAudio{f, d.Bytes}, nil
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if d.ObjectKey == "" {
		return nil, &problem.Error{Code: problem.CodeUnavailable, Reason: "not_here", Detail: "the recording waits on the disk of another instance"}
	}
	r, err := l.client.Open(ctx, storedObject(d))
	if err != nil {
		return nil, openError(err)
	}
	return storedAudio{r, d.Bytes}, nil
}

// storedObject is where a stored recording is, and what it is there.
func storedObject(f replay.File) archive.Object {
	o := archive.Object{RecordingID: f.ID, Bucket: f.Bucket, Key: f.ObjectKey, VersionID: f.VersionID, KeyID: f.KeyID, Bytes: f.ObjectBytes}
	copy(o.SHA256[:], f.ObjectSHA256)
	return o
}

// openError says why a stored recording cannot be heard.
func openError(err error) error {
	switch {
	case errors.Is(err, vault.ErrNoKey) || errors.Is(err, archive.ErrNoKeys):
		return &problem.Error{Code: problem.CodeUnavailable, Reason: "no_key", Detail: "the recording is encrypted with a key that is not in the key file", Err: err}
	case errors.Is(err, vault.ErrAltered) || errors.Is(err, vault.ErrOther):
		return &problem.Error{Code: problem.CodeUnavailable, Reason: "altered", Detail: "the stored object is not what was stored: it was damaged or altered", Err: err}
	}
	return &problem.Error{Code: problem.CodeUnavailable, Reason: "storage_away", Detail: "the storage cannot be reached", Err: err}
}

// Check implements replay.Archive: the object is read back and compared.
func (l *library) Check(ctx context.Context, id uuid.UUID) (replay.CheckResult, error) {
	d, err := l.store.Recording(ctx, id)
	if err != nil {
		return replay.CheckResult{}, err
	}
	out := replay.CheckResult{State: d.State, Bytes: d.Bytes, CheckedAt: time.Now().UTC()}
	if d.ObjectKey == "" || len(d.SHA256) != 32 {
		out.Error = "the recording is not stored yet"
		return out, nil
	}
	o, err := l.client.Check(ctx, storedObject(replay.File{ID: id, Bucket: d.Bucket, ObjectKey: d.ObjectKey, VersionID: d.VersionID,
		KeyID: d.KeyID, ObjectSHA256: d.ObjectSHA256, ObjectBytes: d.ObjectBytes}), [32]byte(d.SHA256), d.Bytes)
	if err != nil && !errors.Is(err, archive.ErrDiffers) && !errors.Is(err, archive.ErrNotFound) {
		return replay.CheckResult{}, openError(err) // nothing was compared
	}
	out.LockMode, out.RetainUntil = o.LockMode, o.RetainUntil
	out.RetentionOK = !o.RetainUntil.IsZero() && !o.RetainUntil.Before(d.RetainUntil.Truncate(time.Second))
	out.SHA256OK = err == nil
	if err != nil {
		out.Error = err.Error()
	}
	return out, nil
}
