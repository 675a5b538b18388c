package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huifang/internal/config"
	"huifang/internal/reconcile"
	"huifang/internal/store"
	"huifang/recording/archive"
)

// keepReconciling starts the comparison of calls, rows and objects.
func (s *Server) keepReconciling(c config.Config, db *store.Store, client *archive.Client, o Options) (*reconcile.Service, error) {
	r, err := reconcile.NewService(reconcile.Config{Store: db, Objects: archived{client}, Instance: c.Instance, Every: c.Reconcile.Every,
		ReadPercent: c.Reconcile.ReadPercent, Clock: time.Now, Logger: o.Logger, Metrics: reconcile.NewMetrics(o.Ops.Registry)})
	if err != nil {
		return nil, err
	}
	r.Start()
	s.onStop("reconciliation", plain(r.Stop))
	return r, nil
}

// archived is the bucket as the comparison sees it.
type archived struct{ client *archive.Client }

func (a archived) List(ctx context.Context, day time.Time) (out []reconcile.Listed, err error) {
	err = a.client.List(ctx, day, func(o archive.Listed) { out = append(out, reconcile.Listed(o)) })
	return out, err
}

func (a archived) Has(ctx context.Context, s reconcile.Stored) error {
	_, _, err := a.client.Lock(ctx, reconciled(s))
	return judged(err)
}

func (a archived) Read(ctx context.Context, s reconcile.Stored) error {
	if len(s.SHA256) != 32 {
		return fmt.Errorf("%w: no hash was sealed", reconcile.ErrDiffers)
	}
	_, err := a.client.Check(ctx, reconciled(s), [32]byte(s.SHA256), s.Bytes)
	return judged(err)
}

func reconciled(s reconcile.Stored) archive.Object {
	o := archive.Object{RecordingID: s.RecordingID, Bucket: s.Bucket, Key: s.Key, VersionID: s.VersionID, KeyID: s.KeyID, Bytes: s.ObjectBytes}
	copy(o.SHA256[:], s.ObjectSHA256)
	return o
}

// judged says of an object's error what it means for the comparison.
func judged(err error) error {
	switch {
	case errors.Is(err, archive.ErrNotFound):
		return fmt.Errorf("%w: %w", reconcile.ErrGone, err)
	case errors.Is(err, archive.ErrDiffers):
		return fmt.Errorf("%w: %w", reconcile.ErrDiffers, err)
	}
	return err
}
