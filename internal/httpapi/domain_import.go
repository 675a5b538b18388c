package httpapi

import (
	"context"
	"time"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/intake"
	"huifang/internal/problem"
)

// ImportsPort takes files in (package intake; Rule C-22).
type ImportsPort interface {
	Take(ctx context.Context, who access.Principal, kind, name, feedID, week string, raw []byte) (ImportDetail, error)
	Map(ctx context.Context, who access.Principal, id ID, mapping map[string]int) (ImportDetail, error)
	Apply(ctx context.Context, who access.Principal, id ID, partial bool) (ImportDetail, error)
	Undo(ctx context.Context, who access.Principal, id ID, reason string) (ImportDetail, error)
	Get(ctx context.Context, who access.Principal, id ID) (ImportDetail, error)
	List(ctx context.Context, who access.Principal, q ImportQuery, page Page) (Imports, error)
	Feeds(ctx context.Context, who access.Principal) (Feeds, error)
	// SaveFeed makes one for the zero id.
	SaveFeed(ctx context.Context, who access.Principal, id ID, in FeedInput) (Feed, error)
}

// NewImports is package intake behind its port.
func NewImports(svc *intake.Service) ImportsPort { return importsPort{svc} }

type importsPort struct{ svc *intake.Service }

func (p importsPort) Take(ctx context.Context, who access.Principal, kind, name, feedID, week string, raw []byte) (ImportDetail, error) {
	u := intake.Upload{Kind: intake.Kind(kind), Name: name, Raw: raw}
	var err error
	if u.FeedID, err = optionalID("query.feed_id", feedID); err != nil {
		return ImportDetail{}, err
	}
	if week != "" {
		if u.Week, err = calendar.ParseDate(week); err != nil {
			return ImportDetail{}, problem.BadField("query.week", "must be a day such as 2026-11-23")
		}
	}
	return importDetailOf(p.svc.Take(ctx, who, u))
}

func (p importsPort) Map(ctx context.Context, who access.Principal, id ID, mapping map[string]int) (ImportDetail, error) {
	return importDetailOf(p.svc.Map(ctx, who, id, mapping))
}

func (p importsPort) Apply(ctx context.Context, who access.Principal, id ID, partial bool) (ImportDetail, error) {
	return importDetailOf(p.svc.Apply(ctx, who, id, partial))
}

func (p importsPort) Undo(ctx context.Context, who access.Principal, id ID, reason string) (ImportDetail, error) {
	return importDetailOf(p.svc.Undo(ctx, who, id, reason))
}

func (p importsPort) Get(ctx context.Context, who access.Principal, id ID) (ImportDetail, error) {
	return importDetailOf(p.svc.Get(ctx, who, id))
}

func (p importsPort) List(ctx context.Context, who access.Principal, in ImportQuery, page Page) (Imports, error) {
	q := intake.BatchQuery{Kind: intake.Kind(in.Kind), State: intake.State(in.State), Limit: page.Limit}
	var err error
	if q.FeedID, err = optionalID("query.feed_id", in.FeedID); err != nil {
		return Imports{}, err
	}
	if q.Before, q.ID, err = parseCursor(page.Cursor); err != nil {
		return Imports{}, err
	}
	bs, err := p.svc.List(ctx, who, q)
	out := Imports{Imports: mapped(bs, importOf)}
	if len(bs) > 0 && len(bs) == page.Limit {
		last := bs[len(bs)-1]
		out.NextCursor = cursor(last.CreatedAt, last.ID)
	}
	return out, err
}

func (p importsPort) Feeds(ctx context.Context, who access.Principal) (Feeds, error) {
	fs, err := p.svc.Feeds(ctx, who)
	return Feeds{Feeds: mapped(fs, feedOf)}, err
}

func (p importsPort) SaveFeed(ctx context.Context, who access.Principal, id ID, in FeedInput) (Feed, error) {
	f, err := p.svc.SaveFeed(ctx, who, intake.Feed{ID: id, Name: in.Name, Kind: intake.Kind(in.Kind), DepartmentID: in.DepartmentID, Weekday: time.Weekday(in.Weekday)}, in.Ended)
	return feedOf(f), err
}

func day(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func importOf(b intake.Batch) Import {
	return Import{ID: b.ID, Kind: string(b.Kind), Name: b.Name, Format: b.Format, SHA256: b.SHA256, Header: b.Header, Mapping: b.Mapping, State: string(b.State), Partial: b.Partial,
		Rows: b.Counts.Rows, Created: b.Counts.Created, Changed: b.Counts.Changed, Unchanged: b.Counts.Unchanged, Wrong: b.Counts.Wrong, Feed: refOrNull(b.FeedID, b.FeedName), Week: day(b.Week),
		CreatedAt: at(b.CreatedAt), CreatedBy: Ref{ID: b.CreatedBy, Name: b.CreatedName}, AppliedAt: maybe(b.AppliedAt), AppliedBy: refOrNull(b.AppliedBy, b.AppliedName),
		UndoneAt: maybe(b.UndoneAt), UndoneBy: refOrNull(b.UndoneBy, b.UndoneName), Reason: b.Reason}
}

func importDetailOf(d intake.Detail, err error) (ImportDetail, error) {
	return ImportDetail{Import: importOf(d.Batch),
		Fields: mapped(d.Batch.Kind.Fields(), func(f intake.Field) ImportField {
			return ImportField{Name: f.Name, TitleZH: f.Title.Chinese, TitleEN: f.Title.English, Required: f.Required}
		}),
		Preview: mapped(d.Preview, func(p intake.Preview) ImportPreview {
			return ImportPreview{Line: p.Line, Action: string(p.Action), Values: p.Values}
		}),
		Problems: mapped(d.Batch.Problems, func(p intake.Problem) ImportProblem {
			return ImportProblem{Line: p.Line, Column: p.Column, Field: p.Field, Value: p.Value, ZH: p.Text.Chinese, EN: p.Text.English}
		})}, err
}

func feedOf(f intake.Feed) Feed {
	return Feed{ID: f.ID, Name: f.Name, Kind: string(f.Kind), Department: Ref{ID: f.DepartmentID, Name: f.DepartmentName}, Weekday: int(f.Weekday), From: day(f.From), EndedAt: maybe(f.EndedAt),
		LastAt: maybe(f.LastAt), LastWeek: day(f.LastWeek), Missing: mapped(f.Missing, day), Week: day(f.Week), DueAt: at(f.DueAt), Came: f.Came}
}
