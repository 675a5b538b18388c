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
	r, err := l.client.Open(ctx, archive.Object{Bucket: d.Bucket, Key: d.ObjectKey, VersionID: d.VersionID})
	if err != nil {
		return nil, &problem.Error{Code: problem.CodeUnavailable, Reason: "storage_away", Detail: "the storage cannot be reached", Err: err}
	}
	return storedAudio{r, d.Bytes}, nil
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
	o, err := l.client.Check(ctx, archive.Object{Bucket: d.Bucket, Key: d.ObjectKey, VersionID: d.VersionID}, [32]byte(d.SHA256), d.Bytes)
	out.LockMode, out.RetainUntil = o.LockMode, o.RetainUntil
	out.RetentionOK = !o.RetainUntil.IsZero() && !o.RetainUntil.Before(d.RetainUntil.Truncate(time.Second))
	out.SHA256OK = err == nil
	if err != nil {
		out.Error = err.Error()
	}
	return out, nil
}
