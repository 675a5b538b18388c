package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/internal/callback"
	"huifang/internal/switchboard"
	"huifang/recording/archive"
	"huifang/recording/spool"
)

// gate is the dial gate as the switchboard sees it.
type gate struct{ gate *callback.Gate }

func (g gate) Permit(ctx context.Context, r switchboard.DialRequest) (switchboard.Permit, error) {
	p, err := g.gate.Permit(ctx, callback.GateRequest{
		AgentID: r.AgentID, TaskID: r.TaskID, ContactPointID: r.ContactPointID, OverrideReason: r.OverrideReason,
	})
	if err != nil {
		return switchboard.Permit{}, err
	}
	return switchboard.Permit{
		TaskID: p.TaskID, CustomerID: p.CustomerID, ContactPointID: p.ContactPointID,
		CustomerName: p.CustomerName, MaskedNumber: p.Number.String(), Number: p.Number.Reveal(), Language: p.Language, CallerIDs: p.CallerIDs, Program: p.Program,
		Settings:           call.Settings{MinRing: p.MinRing, MaxRing: p.MaxRing, Notice: p.RecordingNotice, Pauses: p.Pauses, ShowMonitoring: p.ShowMonitoring},
		ConfirmAgentHangup: p.ConfirmAgentHangup, SlotDate: p.Slot.Date.UTC(), SlotWindow: p.Slot.Window,
		OverrideReason: p.OverrideReason, OverrideBy: p.OverrideBy,
	}, nil
}

// health answers the gate's questions about the parts of this instance.
type health struct {
	recorders   *recorders
	uploader    *archive.Uploader
	requireWORM bool
	trunks      func() (ok, full bool, again time.Time)
	logger      *slog.Logger
	reason      atomic.Value // string: the recorder's, as last logged
}

// Reasons why the recorder does not work, a closed set that the page
// translates. The error itself is in the log.
const (
	reasonSpoolFull   = "spool_full"   // below the reserve, or too much waits for the storage
	reasonNotWritable = "not_writable" // the disk does not take what is written
)

// RecorderHealth: Rule T-01, no recorder, no dial.
func (h *health) RecorderHealth() callback.Health {
	err := h.recorders.healthy()
	reason := recorderReason(err)
	if before, _ := h.reason.Swap(reason).(string); before != reason {
		if err != nil {
			h.logger.Error("recorder does not work, nothing is dialled", "reason", reason, "error", err)
		} else if before != "" {
			h.logger.Info("recorder works again")
		}
	}
	return callback.Health{OK: err == nil, Reason: reason}
}

func recorderReason(err error) string {
	var full *spool.FullError
	var backlog *backlogError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &full), errors.As(err, &backlog):
		return reasonSpoolFull
	default:
		return reasonNotWritable
	}
}

// StorageHealth: a storage that is merely away does not stop the calls; one
// that does not lock does, where the house wants it so (Rules T-01, T-02).
func (h *health) StorageHealth() callback.Health {
	worm := h.uploader.Status().WORM
	if h.requireWORM && (worm == archive.WORMNotEnforced || worm == archive.WORMUnsupported) {
		return callback.Health{Reason: "worm_" + string(worm)}
	}
	return callback.Health{OK: true}
}

// storageNote says what /readyz shows of the storage: it may be away for a
// while, recordings wait then.
func (h *health) storageNote(context.Context) error {
	s := h.uploader.Status()
	switch {
	case !s.Reachable:
		return fmt.Errorf("%s, %d recordings (%d bytes) wait", inWords(s.Trouble), s.Backlog.Count, s.Backlog.Bytes)
	case s.WORM != archive.WORMEnforced:
		return fmt.Errorf("the lock is %s", s.WORM)
	case len(s.MissingKeys) > 0:
		return fmt.Errorf("recordings need keys that are not in the key file: %s", strings.Join(s.MissingKeys, ", "))
	}
	return nil
}

// inWords says what is wrong with the storage.
func inWords(t archive.Trouble) string {
	switch t {
	case archive.TroubleUnwell:
		return "it answers with errors of its own"
	case archive.TroubleRefused:
		return "it refuses our credentials"
	case archive.TroubleClock:
		return "its clock and ours differ too much"
	case archive.TroubleLying:
		return "it says that it stored what it does not have"
	case archive.TroubleLock:
		return "the bucket has no object lock"
	case archive.TroubleOther:
		return "it does not take our requests"
	default:
		return "not reachable"
	}
}

// TrunkAvailable: Rule T-07.
func (h *health) TrunkAvailable() (ok, full bool, again time.Time) { return h.trunks() }

// lines tells the gate how an agent's softphone stands.
type lines struct{ board **switchboard.Switchboard }

func (l lines) AgentLine(agentID uuid.UUID) callback.Line {
	p := (*l.board).Presence(agentID)
	return callback.Line{Ready: p.Agent.State == switchboard.AgentReady, Media: p.Media.State == "connected"}
}
