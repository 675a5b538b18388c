package backend

import (
	"context"
	"errors"
	"time"

	"huifang/internal/calendar"
	"huifang/internal/callback"
	"huifang/recording/archive"
	"huifang/signaling/sip"
	"huifang/signaling/wire"
)

// SystemConfig is what [System] asks. All of it is required. None of it may
// ask the database: the answer is needed most when something is away.
type SystemConfig struct {
	Recorder interface{ RecorderHealth() callback.Health } // Rule T-01
	Storage  interface{ Status() archive.Status }          // Rule T-02; *archive.Uploader
	Trunks   interface{ Trunks() []sip.TrunkStatus }       // Rule T-07; *sip.UserAgent
	Days     interface {
		Notice(*time.Location) calendar.Notice
	} // Rule T-05; *calendar.Service
	Zone  *time.Location // of the house
	Clock func() time.Time
}

// System says what works: for the API and for the softphone's strip. It may be
// used by many goroutines.
type System struct{ cfg SystemConfig }

// NewSystem checks the configuration.
func NewSystem(c SystemConfig) (*System, error) {
	if c.Recorder == nil || c.Storage == nil || c.Trunks == nil || c.Days == nil || c.Zone == nil || c.Clock == nil {
		return nil, errors.New("make system report: every part is required")
	}
	return &System{cfg: c}, nil
}

// System implements [httpapi.System]; it never gives an error.
func (s *System) System(context.Context) (wire.System, error) {
	recorder, storage, notice := s.cfg.Recorder.RecorderHealth(), s.cfg.Storage.Status(), s.cfg.Days.Notice(s.cfg.Zone)
	worm := storage.WORM
	if worm == "" {
		worm = archive.WORMUnknown // before the first probe
	}
	out := wire.System{
		Recorder: wire.Recorder{OK: recorder.OK, Reason: recorder.Reason},
		Storage: wire.Storage{
			Reachable: storage.Reachable, WORM: string(worm), ProbedAt: stamp(storage.ProbedAt),
			Backlog: storage.Backlog.Count, BacklogBytes: storage.Backlog.Bytes, OldestAt: stamp(storage.Backlog.Oldest),
			Encrypted: storage.Encrypted, MissingKeys: storage.MissingKeys,
		},
		Calendar: wire.Calendar{YearAnnounced: notice.YearAnnounced, NextYearAnnounced: notice.NextYearAnnounced},
		Now:      s.cfg.Clock().UTC().Truncate(time.Millisecond),
	}
	for _, t := range s.cfg.Trunks.Trunks() {
		out.Trunks = append(out.Trunks, wire.Trunk{Name: t.Name, State: string(t.State)})
	}
	out.Normalize()
	return out, nil
}

// stamp is a time as the API sends it; the zero time gives null.
func stamp(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Millisecond)
	return &t
}
