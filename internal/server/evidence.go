package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"huifang/internal/audit"
	"huifang/internal/backend"
	"huifang/internal/config"
	"huifang/internal/store"
	"huifang/recording/archive"
	"huifang/recording/evidence"
	"huifang/recording/vault"
)

// OpenDatabase brings the schema up to this version, as the tables' owner when
// one is named, and opens the database as the application's role (Rule S-04).
func OpenDatabase(ctx context.Context, c config.Database, log *slog.Logger) (*store.Store, error) {
	app, err := c.Address()
	if err != nil {
		return nil, err
	}
	owner, err := c.Owner()
	if err != nil {
		return nil, err
	}
	if !c.PlaintextAllowed() {
		if err := errors.Join(store.CheckTLS("database.dsn", app, log), store.CheckTLS("database.owner_dsn", owner, log)); err != nil {
			return nil, err
		}
	}
	if owner != "" {
		if err := store.Prepare(ctx, owner, app, log); err != nil {
			return nil, err
		}
	}
	db, err := store.Open(ctx, store.Config{DSN: app, Logger: log})
	if err != nil {
		return nil, err
	}
	if err := checkRole(ctx, db, c.Role == "any", owner == "", log); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func checkRole(ctx context.Context, db *store.Store, any, migrate bool, log *slog.Logger) error {
	if migrate {
		if err := db.Migrate(ctx); err != nil {
			return err
		}
	}
	ok, err := db.Restricted(ctx)
	switch {
	case err != nil:
		return err
	case ok:
		return nil
	case any:
		log.Warn("the database role can alter and delete the log of evidence", "rule", "S-04", "setting", "database.role")
		return nil
	}
	return errors.New("database.dsn: its role can alter and delete the log of evidence (Rule S-04); " +
		"name the owner of the tables in database.owner_dsn and a role of its own here, or allow it with database.role: any")
}

// keepEvidence starts the log of evidence and gives what the API needs of it.
func (s *Server) keepEvidence(ctx context.Context, c config.Evidence, db *store.Store, client *archive.Client, o Options) (backend.Evidence, error) {
	keys, err := evidence.ReadKeys(c.KeyFile)
	if err != nil {
		return backend.Evidence{}, err
	}
	authority, err := TimestampAuthority(c)
	if err != nil {
		return backend.Evidence{}, err
	}
	log, err := evidence.New(evidence.Config{Authority: authority, Store: db.Evidence(), Vault: client, Keys: keys, Every: c.Every, Clock: time.Now, Logger: o.Logger,
		Metrics: evidence.NewMetrics(o.Ops.Registry)})
	if err != nil {
		return backend.Evidence{}, err
	}
	if err := log.Start(ctx); err != nil {
		return backend.Evidence{}, err
	}
	s.onStop("log of evidence", func(ctx context.Context) error {
		log.Stop()
		_, err := log.Checkpoint(ctx) // what this run has added is signed for
		return err
	})
	inspection := evidence.NewInspection(evidence.LiveConfig{Reader: db.Evidence(), Vault: client, Recordings: db.Evidence(),
		Objects: StoredObjects{Client: client}, Keys: keys.Verifiers()}, time.Now, backend.NoteInspection(db, o.Logger))
	s.onStop("verification", plain(inspection.Stop))
	return backend.Evidence{Log: log, Reader: db.Evidence(), Inspection: inspection}, nil
}

// TimestampAuthority is the configured one, or nil.
func TimestampAuthority(c config.Evidence) (*evidence.Authority, error) {
	if c.TimestampURL == "" {
		return nil, nil
	}
	return evidence.NewAuthority(c.TimestampURL, c.TimestampCA)
}

// StoredObjects reads recordings where they are stored, for the verifier: never
// the local copy.
type StoredObjects struct{ Client *archive.Client }

var _ evidence.Objects = StoredObjects{}

// Lock implements evidence.Objects.
func (s StoredObjects) Lock(ctx context.Context, r evidence.Recording) (string, time.Time, error) {
	mode, until, err := s.Client.Lock(ctx, objectOf(r))
	if errors.Is(err, archive.ErrNotFound) {
		err = fmt.Errorf("%w: %w", evidence.ErrGone, err)
	}
	return mode, until, err
}

// Open implements evidence.Objects.
func (s StoredObjects) Open(ctx context.Context, r evidence.Recording) (io.ReadCloser, error) {
	f, err := s.Client.Open(ctx, objectOf(r))
	if errors.Is(err, vault.ErrNoKey) || errors.Is(err, archive.ErrNoKeys) {
		err = fmt.Errorf("%w: %w", evidence.ErrNoKey, err)
	}
	return f, err
}

func objectOf(r evidence.Recording) archive.Object {
	return archive.Object{Bucket: r.Bucket, Key: r.Key, VersionID: r.VersionID, RecordingID: r.ID, KeyID: r.KeyID, Bytes: r.ObjectBytes}
}

// noteProbe writes what a WORM probe found into the audit log (Rule T-02).
func noteProbe(db *store.Store, instance string, log *slog.Logger) func(context.Context, archive.WORM) {
	return func(ctx context.Context, worm archive.WORM) {
		err := db.AppendEvent(ctx, audit.Event{At: time.Now().UTC(), Action: audit.ActionStorageProbed, ObjectKind: "storage", Rule: "T-02",
			Detail: map[string]any{"worm": string(worm), "instance": instance}})
		if err != nil && ctx.Err() == nil {
			log.Error("WORM probe not noted", "error", err)
		}
	}
}
