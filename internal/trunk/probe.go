package trunk

import (
	"context"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Probe is a test call over one trunk to its probe number: recorded as every
// call is (Rule T-01), measured, and in no figure of the call-back work.
type Probe struct {
	ID, TrunkID      uuid.UUID
	By               uuid.UUID
	ByName           string
	Number, CallerID string
	StartedAt        time.Time
	ProbeEnd
	Recording ProbeRecording
}

// ProbeEnd is what became of a probe. Zero times: it did not come to that.
type ProbeEnd struct {
	RingingAt, AnsweredAt, EndedAt time.Time
	Outcome, Reason                string // empty while it is under way
	SIPCode                        int
	Quality                        ProbeQuality
}

// ProbeQuality is how what came back sounded; zero when nothing did.
type ProbeQuality struct {
	Received    uint64  `json:"received"` // packets
	Lost        uint64  `json:"lost"`
	JitterMs    float64 `json:"jitter_ms"`
	RoundTripMs float64 `json:"round_trip_ms"` // 0: unknown
	MOS         float64 `json:"mos"`           // 0: nothing to judge
}

// ProbeRecording is the recording of a probe. Sent and Heard are the time with
// sound on its channels: what we played, and what came back.
type ProbeRecording struct {
	ID                    uuid.UUID
	State                 string
	Duration, Sent, Heard time.Duration
}

// ProbeCall is what the telephone side needs to know of a probe.
type ProbeCall struct {
	ID, RecordingID         uuid.UUID
	Trunk, Number, CallerID string
}

// ProbeStore keeps the probes.
type ProbeStore interface {
	// InsertProbe makes probe and recording (opened) together; problem conflict
	// when one of this trunk is under way.
	InsertProbe(ctx context.Context, p Probe, instance string, e audit.Event) error
	// EndProbe writes the end once; of a probe that has ended it changes nothing.
	EndProbe(ctx context.Context, id uuid.UUID, end ProbeEnd) error
	// EndProbes ends what an earlier run of the instance left; how many.
	EndProbes(ctx context.Context, instance string, end ProbeEnd) (int, error)
	// Probes are those of a trunk, the latest first.
	Probes(ctx context.Context, trunkID uuid.UUID, limit int) ([]Probe, error)
}

// probesShown is how many of a trunk's probes are listed.
const probesShown = 20

// Test begins a probe of a trunk and returns while it is under way.
func (s *Service) Test(ctx context.Context, who access.Principal, id uuid.UUID) (Probe, error) {
	r, err := s.row(ctx, id)
	if err != nil {
		return Probe{}, err
	}
	switch {
	case !r.Enabled:
		return Probe{}, problem.Conflict("trunk_off", "the trunk is switched off; switch it on to test it")
	case r.ProbeNumber == "":
		return Probe{}, problem.BadField("probe_number", "say first which number is to be called")
	}
	if err := s.cfg.MayProbe(r.ProbeNumber); err != nil {
		return Probe{}, err
	}
	p := Probe{ID: uuid.New(), TrunkID: id, By: who.User.ID, ByName: who.User.Name, Number: r.ProbeNumber, CallerID: r.CallerID, StartedAt: s.now(),
		Recording: ProbeRecording{ID: uuid.New(), State: "opened"}}
	e := s.event(who, audit.ActionTrunkProbed, r.Trunk, map[string]any{"name": r.Name, "probe": p.ID.String()})
	if err := s.cfg.Store.InsertProbe(ctx, p, s.cfg.Instance, e); err != nil {
		return Probe{}, err
	}
	s.cfg.Probe(ProbeCall{ID: p.ID, RecordingID: p.Recording.ID, Trunk: r.Name, Number: r.ProbeNumber, CallerID: r.CallerID}, func(end ProbeEnd) {
		s.ended(p.ID, r.Name, end)
	})
	return p, nil
}

// endLimit bounds how long the end of a probe waits for the database.
const endLimit = 10 * time.Second

func (s *Service) ended(id uuid.UUID, name string, end ProbeEnd) {
	ctx, cancel := context.WithTimeout(context.Background(), endLimit)
	defer cancel()
	if err := s.cfg.Store.EndProbe(ctx, id, end); err != nil {
		// The next start ends it; its recording goes up then.
		s.cfg.Logger.Error("end of a probe not kept", "trunk", name, "probe_id", id, "error", err)
	}
	s.cfg.Logger.Info("trunk probed", "trunk", name, "probe_id", id, "outcome", end.Outcome, "reason", end.Reason, "sip_code", end.SIPCode)
}

// Probes are the latest of a trunk.
func (s *Service) Probes(ctx context.Context, id uuid.UUID) ([]Probe, error) {
	if _, err := s.row(ctx, id); err != nil {
		return nil, err
	}
	return s.cfg.Store.Probes(ctx, id, probesShown)
}

// ProbeOf gives one probe of a trunk that is among the latest.
func (s *Service) ProbeOf(ctx context.Context, trunkID, id uuid.UUID) (Probe, error) {
	list, err := s.Probes(ctx, trunkID)
	if err != nil {
		return Probe{}, err
	}
	for _, p := range list {
		if p.ID == id {
			return p, nil
		}
	}
	return Probe{}, problem.NotFound("probe")
}

// recoverProbes ends those that a crash left.
func (s *Service) recoverProbes(ctx context.Context) error {
	n, err := s.cfg.Store.EndProbes(ctx, s.cfg.Instance, ProbeEnd{EndedAt: s.now(), Outcome: "internal", Reason: "instance_restarted"})
	if n > 0 {
		s.cfg.Logger.Warn("probes of an earlier run closed", "probes", n)
	}
	return err
}
