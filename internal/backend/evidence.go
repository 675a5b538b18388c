package backend

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/httpapi"
	"huifang/internal/problem"
	"huifang/recording/evidence"
)

// Evidence is the log of evidence of the API. All fields are required.
type Evidence struct {
	Log        *evidence.Log
	Reader     evidence.Reader
	Inspection *evidence.Inspection
}

const (
	shownCheckpoints = 50
	shownFindings    = 200
	noteLimit        = 10 * time.Second
)

// State says how the log stands.
func (e Evidence) State(ctx context.Context) (httpapi.EvidenceState, error) {
	out := httpapi.EvidenceState{Log: e.Log.Origin(), Health: map[evidence.Health]string{
		evidence.HealthUnknown: "unknown", evidence.HealthGood: "good", evidence.HealthBad: "bad"}[e.Log.Health()]}
	var err error
	if out.Leaves, out.Waiting, err = e.Reader.Size(ctx); err != nil {
		return out, err
	}
	keys, err := e.Reader.Keys(ctx)
	if err != nil {
		return out, err
	}
	for _, k := range keys {
		out.Keys = append(out.Keys, httpapi.EvidenceKey{Verifier: k.Verifier, AddedAt: k.AddedAt})
	}
	checkpoints, err := e.Reader.Checkpoints(ctx)
	if err != nil {
		return out, err
	}
	objects, err := e.Reader.CheckpointObjects(ctx)
	if err != nil {
		return out, err
	}
	for _, c := range slices.Backward(checkpoints[max(0, len(checkpoints)-shownCheckpoints):]) {
		stored := slices.ContainsFunc(objects, func(o evidence.CheckpointObject) bool { return o.Size == c.Size })
		out.Checkpoints = append(out.Checkpoints, httpapi.EvidenceSigned{Size: c.Size, At: c.At, Stored: stored})
	}
	running, last := e.Inspection.State()
	out.Running.Value, out.Last.Value = verification(running), verification(last)
	return out, nil
}

// Verify begins to verify.
func (e Evidence) Verify(ctx context.Context, who access.Principal, in httpapi.VerificationOrder) (httpapi.EvidenceState, error) {
	err := e.Inspection.Start(who.User.ID, who.User.Name, in.AudioPercent, evidence.Share(in.AudioPercent))
	if errors.Is(err, evidence.ErrRunning) {
		return httpapi.EvidenceState{}, problem.Conflict("verification_running", "a verification is under way")
	}
	if err != nil {
		return httpapi.EvidenceState{}, err
	}
	return e.State(ctx)
}

func verification(i *evidence.Inspected) *httpapi.Verification {
	if i == nil {
		return nil
	}
	out := &httpapi.Verification{By: httpapi.Ref{ID: i.By, Name: i.ByName}, AudioPercent: i.Percent, StartedAt: i.StartedAt}
	if !i.EndedAt.IsZero() {
		out.EndedAt = &i.EndedAt
	}
	if i.Err != nil {
		out.Error = i.Err.Error()
	}
	if r := i.Report; r != nil {
		out.OK = i.Err == nil && r.OK()
		out.Leaves, out.Facts, out.Checkpoints, out.Calls, out.Recordings, out.AudioRead = r.Leaves, r.Facts, r.Checkpoints, r.Calls, r.Recordings, r.AudioRead
		out.Findings, out.Noted = findings(append(slices.Clone(r.Findings), r.Unchecked...)), findings(r.Noted)
	}
	return out
}

func findings(in []evidence.Finding) httpapi.List[httpapi.VerificationFinding] {
	var out httpapi.List[httpapi.VerificationFinding]
	for _, f := range in[:min(len(in), shownFindings)] {
		out = append(out, httpapi.VerificationFinding(f))
	}
	return out
}

// NoteInspection writes every verification with its result into the audit log (Rule S-04).
func NoteInspection(log audit.Log, logger *slog.Logger) func(evidence.Inspected) {
	return func(i evidence.Inspected) {
		detail := map[string]any{"audio_percent": i.Percent, "started_at": i.StartedAt, "ok": i.Err == nil && i.Report.OK(),
			"leaves": i.Report.Leaves, "facts": i.Report.Facts, "recordings": i.Report.Recordings, "findings": len(i.Report.Findings), "not_looked_at": len(i.Report.Unchecked)}
		if i.Err != nil {
			detail["error"] = i.Err.Error()
		}
		ctx, cancel := context.WithTimeout(context.Background(), noteLimit)
		defer cancel()
		err := log.AppendEvent(ctx, audit.Event{At: i.EndedAt, ActorID: i.By, Action: audit.ActionVerified, ObjectKind: "evidence", Rule: "S-04", Detail: detail})
		if err != nil {
			logger.Error("verification not noted", "error", err)
		}
		if len(i.Report.Findings) > 0 {
			logger.Error("verification found what does not fit", "rule", "S-04", "findings", len(i.Report.Findings))
		}
	}
}
