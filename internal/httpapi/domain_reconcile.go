package httpapi

import (
	"context"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/reconcile"
)

// reconciliationPort is package reconcile behind the port of the API.
type reconciliationPort struct{ svc *reconcile.Service }

// NewReconciliation puts the service behind the API.
func NewReconciliation(s *reconcile.Service) Reconciliation { return reconciliationPort{s} }

func (p reconciliationPort) State(ctx context.Context) (ReconciliationState, error) {
	o, err := p.svc.Overview(ctx)
	if err != nil {
		return ReconciliationState{}, err
	}
	out := ReconciliationState{Running: o.Running, Runs: mapped(o.Runs, runOf)}
	for _, k := range reconcile.Kinds() {
		out.Open = append(out.Open, DifferenceCount{Kind: string(k), Count: o.Open[k]})
	}
	return out, nil
}

func (p reconciliationPort) Begin(ctx context.Context, who access.Principal, in ReconciliationOrder) (ReconciliationState, error) {
	if err := p.svc.Begin(ctx, who, in.From, in.To); err != nil {
		return ReconciliationState{}, err
	}
	return p.State(ctx)
}

func (p reconciliationPort) Differences(ctx context.Context, q DifferenceQuery) (DifferencePage, error) {
	found, id, err := parseCursor(q.Cursor)
	if err != nil {
		return DifferencePage{}, err
	}
	items, more, err := p.svc.Items(ctx, reconcile.Query{Kind: reconcile.Kind(q.Kind), Closed: q.Closed, Limit: q.Limit, BeforeAt: found, BeforeID: id})
	if err != nil {
		return DifferencePage{}, err
	}
	out := DifferencePage{Items: mapped(items, differenceOf)}
	if more {
		last := items[len(items)-1]
		out.NextCursor = cursor(last.FoundAt, last.ID)
	}
	return out, nil
}

func (p reconciliationPort) Close(ctx context.Context, who access.Principal, id ID, in DifferenceClosing) error {
	return p.svc.Close(ctx, who, id, in.Reason)
}

// nameOf is a person, or null for nobody.
func nameOf(id uuid.UUID, name string) Null[Ref] {
	if id == uuid.Nil {
		return Null[Ref]{}
	}
	return Null[Ref]{Value: &Ref{ID: id, Name: name}}
}

func runOf(r reconcile.Run) ReconciliationRun {
	return ReconciliationRun{ID: r.ID, By: nameOf(r.AskedBy, r.AskedByName), From: at(r.From), To: at(r.To), StartedAt: at(r.StartedAt), EndedAt: maybe(r.EndedAt),
		Calls: r.Calls, Recordings: r.Recordings, Objects: r.Objects, Read: r.Read, Found: r.Found, Error: r.Error}
}

func differenceOf(i reconcile.Item) Difference {
	return Difference{ID: i.ID, Kind: string(i.Kind), Ref: i.Ref, CallID: idOrNull(i.CallID), RecordingID: idOrNull(i.RecordingID), Expected: i.Expected, Found: i.Found,
		FoundAt: at(i.FoundAt), SeenAt: at(i.SeenAt), ClosedAt: maybe(i.ClosedAt), ClosedBy: nameOf(i.ClosedBy, i.ClosedByName), Reason: i.Reason}
}
