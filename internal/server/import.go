package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/config"
	"huifang/internal/customer"
	"huifang/internal/problem"
	"huifang/internal/store"
	"huifang/recording"
	"huifang/recording/archive"
	"huifang/recording/spool"
	"huifang/recording/wav"
)

// Foreign is a recording that was made on another line, and is taken in as
// evidence of a lesser class (Rule T-07).
type Foreign struct {
	File           string // WAV: PCM of 16 bits or G.711, one or two channels
	AgentRight     bool   // the second channel is the agent's
	Customer       string // code
	Number         string // that was called, or that called
	Program        string // code
	Agent, By      string // logins: who spoke, and the head of records who brings it
	Source, Reason string // line and recorder; why it was not made here
	StartedAt      time.Time
	Inbound        bool
}

// imported names the ids of what a file becomes: the same file has the same,
// so that an import that was broken off is done again.
var imported = uuid.MustParse("6a1c8f52-31f0-5d3b-9a51-0e6f5d0c7a01")

// Import puts the recording into the spool of this configuration's instance
// and notes its call, which the agent owes a record of (Rule C-01). Whichever
// server runs with it brings the recording into the storage; one need not run.
// It is kept as a whole or not at all, and may be repeated when it was broken off.
func Import(ctx context.Context, cfg config.Config, db *store.Store, f Foreign) (id uuid.UUID, err error) {
	now := time.Now().UTC()
	c, err := f.check(ctx, db, now)
	if err != nil {
		return uuid.Nil, err
	}
	file, err := os.Open(f.File)
	if err != nil {
		return uuid.Nil, err
	}
	defer file.Close()
	sum := sha256.New()
	if c.OriginalBytes, err = io.Copy(sum, file); err != nil {
		return uuid.Nil, fmt.Errorf("read %s: %w", f.File, err)
	}
	src, err := wav.OpenForeign(file, c.OriginalBytes)
	if err != nil {
		return uuid.Nil, fmt.Errorf("%s: %w", f.File, err)
	}
	if end := c.StartedAt.Add(time.Duration(src.Samples()) * time.Second / 8000); end.After(now) {
		return uuid.Nil, fmt.Errorf("--started: a call that began then would end at %s, which is to come", end.Format(time.RFC3339))
	}
	c.OriginalSHA256, c.OriginalName, c.Coding = [32]byte(sum.Sum(nil)), filepath.Base(f.File), src.Coding()
	c.Channels, c.Rate, c.Instance = src.Channels, src.Rate, cfg.Instance
	name := func(what string) uuid.UUID {
		return uuid.NewSHA1(imported, append([]byte(what), c.OriginalSHA256[:]...))
	}
	c.CallID, c.RecordingID, c.TaskID = name("call"), name("recording"), name("task")
	if before, err := db.ImportedBefore(ctx, c.OriginalSHA256); err != nil {
		return uuid.Nil, err
	} else if before != uuid.Nil {
		return uuid.Nil, fmt.Errorf("%s was brought before: it is recording %s", f.File, before)
	}
	disk, err := spool.Open(spool.Config{Dir: cfg.Spool.Dir, Reserve: cfg.Spool.ReserveBytes, PerCall: 2 * c.OriginalBytes, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return uuid.Nil, err
	}
	defer func() { err = errors.Join(err, disk.Close()) }()
	entry, err := disk.Prepare(spool.Meta{RecordingID: c.RecordingID, CallID: c.CallID, Instance: c.Instance, OpenedAt: c.StartedAt})
	if err != nil {
		return uuid.Nil, err
	}
	sealed, err := recording.Import(entry, src, f.AgentRight)
	if err != nil {
		return uuid.Nil, err
	}
	if c.Sealed, err = sealedRow(sealed, now); err != nil {
		return uuid.Nil, err
	}
	e := audit.Event{At: now, ActorID: c.By, Action: audit.ActionRecordingImported, ObjectKind: "recording", ObjectID: c.RecordingID.String(), Rule: "T-07", Reason: f.Reason,
		Detail: map[string]any{"source": f.Source, "file": c.OriginalName, "sha256": hex.EncodeToString(c.OriginalSHA256[:]), "agent": f.Agent}}
	if err := db.ImportRecording(ctx, c, e); err != nil {
		if p, ok := errors.AsType[*problem.Error](err); !ok || p.Code != problem.CodeConflict {
			err = errors.Join(err, disk.Remove(c.RecordingID)) // nothing refers to it
		}
		return uuid.Nil, err
	}
	return c.RecordingID, nil
}

// check reads what was said of the call; errors name the flag.
func (f Foreign) check(ctx context.Context, db *store.Store, now time.Time) (store.ImportedCall, error) {
	c := store.ImportedCall{Customer: f.Customer, Program: f.Program, Inbound: f.Inbound, StartedAt: f.StartedAt.UTC().Truncate(time.Microsecond), At: now,
		Source: strings.TrimSpace(f.Source), Reason: strings.TrimSpace(f.Reason)}
	if c.Source == "" || c.Reason == "" {
		return c, errors.New("--source and --reason: must say which line and recorder it was made on, and why not on ours (Rule T-07)")
	}
	if f.StartedAt.IsZero() || f.StartedAt.After(now) || f.StartedAt.Before(now.AddDate(-10, 0, 0)) {
		return c, errors.New("--started: must lie in the last ten years")
	}
	number, err := customer.ParseNumber(f.Number)
	if err != nil {
		return c, fmt.Errorf("--number: %w", err)
	}
	c.Number = number.Reveal()
	who := func(flag, login string, roles ...access.Role) (uuid.UUID, error) {
		u, _, err := db.UserByLogin(ctx, login)
		switch {
		case problem.IsNotFound(err), err == nil && !u.DisabledAt.IsZero():
			return uuid.Nil, fmt.Errorf("%s: no account %q is open", flag, login)
		case err == nil && !(access.Principal{User: u}).Has(roles...):
			return uuid.Nil, fmt.Errorf("%s: %s is not %v", flag, login, roles)
		}
		return u.ID, err
	}
	if c.AgentID, err = who("--agent", f.Agent, access.RoleAgent, access.RoleSupervisor); err != nil {
		return c, err
	}
	c.By, err = who("--by", f.By, access.RoleRecordsHead)
	return c, err
}

// sealedRow is a sealed recording as the ledger notes it.
func sealedRow(s recording.Sealed, now time.Time) (archive.SealedRow, error) {
	facts, err := json.Marshal(s.Facts)
	return archive.SealedRow{
		RecordingID: s.RecordingID, SealedAt: now, StartedAt: s.StartedAt, Duration: s.Duration, Bytes: s.Bytes,
		SHA256: [32]byte(s.SHA256), Law: s.Law, LeftActive: s.LeftActive, RightActive: s.RightActive,
		EmptyLeft: s.EmptyLeft, EmptyRight: s.EmptyRight, Interrupted: s.Interrupted, Facts: facts,
	}, err
}
