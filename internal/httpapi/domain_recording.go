package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/problem"
	"huifang/internal/replay"
)

// recordingsPort is package replay behind the port of recordings.
type recordingsPort struct{ svc *replay.Service }

func (p recordingsPort) Search(ctx context.Context, who access.Principal, q RecordingQuery) (RecordingPage, error) {
	opened, id, err := parseCursor(q.Cursor)
	if err != nil {
		return RecordingPage{}, err
	}
	found, err := p.svc.Search(ctx, who, replay.Query{
		From: q.From, To: q.To, Text: q.Text, Tail: q.Digits, AgentID: q.AgentID, Outcome: call.Outcome(q.Outcome), State: q.State,
		After: replay.Cursor{OpenedAt: opened, ID: id}, Limit: q.Limit,
	})
	if err != nil {
		return RecordingPage{}, err
	}
	return RecordingPage{Recordings: mapped(found.Rows, recordingRowOf), NextCursor: cursor(found.Next.OpenedAt, found.Next.ID)}, nil
}

func (p recordingsPort) Get(ctx context.Context, who access.Principal, id ID) (Recording, error) {
	d, err := p.svc.Get(ctx, who, id)
	if err != nil {
		return Recording{}, err
	}
	return recordingOf(d)
}

// Refused asks in place of the caller: the service refuses and logs.
func (p recordingsPort) Refused(ctx context.Context, who access.Principal, id ID) error {
	var err error
	if id == (ID{}) {
		_, err = p.svc.Search(ctx, who, replay.Query{})
	} else {
		_, err = p.svc.Get(ctx, who, id)
	}
	if problem.CodeOf(err) == problem.CodeForbidden {
		return nil
	}
	if err == nil {
		return fmt.Errorf("recording %s: the API refuses whom the service does not", id)
	}
	return err
}

func (p recordingsPort) Heard(ctx context.Context, who access.Principal, id ID, s Span) error {
	return p.svc.Heard(ctx, who, id, replaySpan(s))
}

func (p recordingsPort) Check(ctx context.Context, who access.Principal, id ID) (RecordingCheck, error) {
	c, err := p.svc.Check(ctx, who, id)
	return RecordingCheck{
		State: c.State, SHA256OK: c.SHA256OK, Bytes: c.Bytes, LockMode: c.LockMode, RetainUntil: maybe(c.RetainUntil),
		RetentionOK: c.RetentionOK, CheckedAt: at(c.CheckedAt), Error: c.Error,
	}, err
}

func (p recordingsPort) OpenAudio(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	l, err := p.svc.OpenAudio(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return listening{l}, nil
}

func (p recordingsPort) OpenProbe(ctx context.Context, who access.Principal, id ID) (StoredAudio, error) {
	l, err := p.svc.OpenProbe(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return listening{l}, nil
}

// listening is an open recording of package replay.
type listening struct{ *replay.Listening }

func (l listening) DurationMs() int64 { return l.Recording.DurationMs }
func (l listening) SHA256() string    { return hex.EncodeToString(l.Recording.SHA256) }
func (l listening) Fetch(ctx context.Context, s Span) error {
	return l.Listening.Fetch(ctx, replaySpan(s))
}

func replaySpan(s Span) replay.Span {
	return replay.Span{Channel: replay.Channel(s.Channel), FromMs: s.FromMs, ToMs: s.ToMs}
}

func recordingRowOf(r replay.Row) RecordingRow {
	return RecordingRow{
		ID: r.ID, CallID: r.CallID, StartedAt: at(r.StartedAt), DurationMs: r.DurationMs,
		Agent: Ref{ID: r.AgentID, Name: r.AgentName}, Customer: Ref{ID: r.CustomerID, Name: r.CustomerName},
		MaskedNumber: r.Number.Masked(), ProgramCode: r.ProgramCode, Outcome: string(r.Outcome), State: r.State,
		Interrupted: r.Interrupted, EmptyLeft: r.EmptyLeft, EmptyRight: r.EmptyRight, SHA256: hex.EncodeToString(r.SHA256),
		RetainUntil: maybe(r.RetainUntil), VerifiedAt: maybe(r.VerifiedAt), Error: r.Error,
	}
}

func recordingOf(d replay.Detail) (Recording, error) {
	var facts struct {
		Marks []Mark `json:"marks"`
		Third struct {
			Packets uint64 `json:"packets"`
		} `json:"third"`
	}
	if len(d.Facts) > 0 {
		if err := json.Unmarshal(d.Facts, &facts); err != nil {
			return Recording{}, fmt.Errorf("read facts of recording %s: %w", d.ID, err)
		}
	}
	of := callOf(d.Call)
	return Recording{
		RecordingRow: recordingRowOf(d.Row), Bytes: d.Bytes, Law: d.Law, LeftActiveMs: d.LeftActiveMs, RightActiveMs: d.RightActiveMs,
		Third: facts.Third.Packets > 0,
		Marks: facts.Marks, Object: StoredObject{Bucket: d.Bucket, Key: d.ObjectKey, VersionID: d.VersionID, LockMode: d.LockMode},
		FirstSampleAt: maybe(d.SampleAt), StoredAt: maybe(d.StoredAt), Call: of, Record: of.Record, Accesses: mapped(d.Accesses, accessOf),
	}, nil
}

func accessOf(a replay.Access) RecordingAccess {
	out := RecordingAccess{At: at(a.At), UserName: a.UserName, Action: string(a.Action), Channel: string(a.Channel)}
	if a.HasRange {
		out.FromMs, out.ToMs = &a.FromMs, &a.ToMs
	}
	return out
}
