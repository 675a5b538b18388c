package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

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
		From: q.From, To: q.To, Text: q.Text, Tail: q.Digits, AgentID: q.AgentID, BranchID: q.BranchID, Outcome: call.Outcome(q.Outcome), State: q.State,
		Program: q.Program, Direction: q.Direction, Ring: replay.Ring(q.Ring), Attempts: q.Attempts,
		Shortest: time.Duration(q.ShortestS) * time.Second, Longest: time.Duration(q.LongestS) * time.Second,
		Dissatisfied: q.Dissatisfied, ScoreBelow: q.ScoreBelow, Tag: q.Tag, Held: replay.Held(q.Held), RetainBefore: q.RetainBefore,
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

func (p recordingsPort) Comment(ctx context.Context, who access.Principal, id ID, n NewComment) (Comment, error) {
	c, err := p.svc.Comment(ctx, who, id, n.AtMs, n.Text)
	if err != nil {
		return Comment{}, err
	}
	return commentOf(c), nil
}

func (p recordingsPort) AddTag(ctx context.Context, who access.Principal, id ID, tag string) (Tags, error) {
	tags, err := p.svc.AddTag(ctx, who, id, tag)
	return Tags{Tags: mapped(tags, tagOf)}, err
}

func (p recordingsPort) RemoveTag(ctx context.Context, who access.Principal, id ID, tag string) (Tags, error) {
	tags, err := p.svc.RemoveTag(ctx, who, id, tag)
	return Tags{Tags: mapped(tags, tagOf)}, err
}

func (p recordingsPort) Facets(ctx context.Context, who access.Principal) (RecordingFacets, error) {
	f, err := p.svc.Facets(ctx, who)
	return RecordingFacets{Tags: f.Tags, Branches: mapped(f.Branches, func(b replay.Branch) Ref { return Ref{ID: b.ID, Name: b.Name} }),
		Items: mapped(f.Items, func(q replay.Question) RatedItem {
			return RatedItem{Key: q.Key, LabelZH: q.Chinese, LabelEN: q.English}
		})}, err
}

func (p recordingsPort) SavedSearches(ctx context.Context, who access.Principal) (SavedSearches, error) {
	all, err := p.svc.SavedSearches(ctx, who)
	return SavedSearches{Searches: mapped(all, savedSearchOf)}, err
}

func (p recordingsPort) SaveSearch(ctx context.Context, who access.Principal, n NewSavedSearch) (SavedSearches, error) {
	all, err := p.svc.SaveSearch(ctx, who, n.Name, n.Filter)
	return SavedSearches{Searches: mapped(all, savedSearchOf)}, err
}

func (p recordingsPort) DropSearch(ctx context.Context, who access.Principal, id ID) error {
	return p.svc.DropSearch(ctx, who, id)
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

func (l listening) Drawn(ctx context.Context) (Peaks, bool, error) {
	p, ok, err := l.Listening.Drawn(ctx)
	return Peaks{DurationMs: p.DurationMs, Left: p.Left, Right: p.Right}, ok, err
}

func replaySpan(s Span) replay.Span {
	return replay.Span{Channel: replay.Channel(s.Channel), FromMs: s.FromMs, ToMs: s.ToMs}
}

func recordingRowOf(r replay.Row) RecordingRow {
	return RecordingRow{
		ID: r.ID, CallID: r.CallID, StartedAt: at(r.StartedAt), DurationMs: r.DurationMs,
		Agent: Ref{ID: r.AgentID, Name: r.AgentName}, Customer: Ref{ID: r.CustomerID, Name: r.CustomerName},
		MaskedNumber: r.Number.Masked(), ProgramCode: r.ProgramCode, Outcome: string(r.Outcome), State: r.State,
		Interrupted: r.Interrupted, EmptyLeft: r.EmptyLeft, EmptyRight: r.EmptyRight,
		RetainUntil: maybe(r.RetainUntil),
		Score:       r.Score, Held: r.Held, Tags: r.Tags, Imported: r.Imported,
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
		RecordingRow: recordingRowOf(d.Row), SHA256: hex.EncodeToString(d.SHA256), VerifiedAt: maybe(d.VerifiedAt), Error: d.Error, Instance: d.Instance, Bytes: d.Bytes, Law: d.Law, LeftActiveMs: d.LeftActiveMs, RightActiveMs: d.RightActiveMs,
		Third: facts.Third.Packets > 0,
		Marks: facts.Marks, Object: StoredObject{Bucket: d.Bucket, Key: d.ObjectKey, VersionID: d.VersionID, LockMode: d.LockMode, KeyID: d.KeyID, SHA256: objectHash(d), Bytes: d.ObjectBytes},
		FirstSampleAt: maybe(d.SampleAt), StoredAt: maybe(d.StoredAt), Call: of, Record: of.Record, Accesses: mapped(d.Accesses, accessOf), Comments: mapped(d.Comments, commentOf),
		FiledUnder: mapped(d.FiledUnder, tagOf), Questions: questionsOf(d), Origin: originOf(d.Origin),
	}, nil
}

// questionsOf leaves out what was answered before the first sample, or after the last.
func questionsOf(d replay.Detail) (out []AnsweredQuestion) {
	for _, q := range d.Questions {
		if at := q.At.Sub(d.SampleAt).Milliseconds(); !d.SampleAt.IsZero() && at >= 0 && at <= d.DurationMs {
			out = append(out, AnsweredQuestion{Key: q.Key, LabelZH: q.Chinese, LabelEN: q.English, AtMs: at})
		}
	}
	return out
}

func originOf(o *replay.Origin) Null[Origin] {
	if o == nil {
		return orNull[Origin](nil)
	}
	return orNull(&Origin{Source: o.Source, Reason: o.Reason, Name: o.Name, SHA256: hex.EncodeToString(o.SHA256), Coding: o.Coding, Channels: o.Channels, RateHz: o.Rate, By: o.By, At: at(o.At)})
}

func tagOf(t replay.Tag) Tag { return Tag{Tag: t.Text, AddedBy: t.AddedBy, AddedAt: at(t.AddedAt)} }

func savedSearchOf(s replay.SavedSearch) SavedSearch {
	return SavedSearch{ID: s.ID, Name: s.Name, Filter: s.Filter}
}

func commentOf(c replay.Comment) Comment {
	return Comment{ID: c.ID, Author: Ref{ID: c.AuthorID, Name: c.AuthorName}, At: at(c.At), AtMs: c.AtMs, Text: c.Text}
}

func accessOf(a replay.Access) RecordingAccess {
	out := RecordingAccess{At: at(a.At), UserName: a.UserName, Action: string(a.Action), Channel: string(a.Channel)}
	if a.HasRange {
		out.FromMs, out.ToMs = &a.FromMs, &a.ToMs
	}
	return out
}

// objectHash is the hash of an encrypted object.
func objectHash(d replay.Detail) string {
	if d.KeyID == "" {
		return ""
	}
	return hex.EncodeToString(d.ObjectSHA256)
}
