package intake

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/problem"
)

// Apply checks the rows once more, as things may have changed, and writes them
// by business key: all of them, or with partial those that are right. Rule C-22.
func (s *Service) Apply(ctx context.Context, who access.Principal, id uuid.UUID, partial bool) (Detail, error) {
	b, err := s.open(ctx, who, id)
	if err != nil {
		return Detail{}, err
	}
	rows, err := s.store.ImportRows(ctx, id, 0)
	if err != nil {
		return Detail{}, fmt.Errorf("read rows: %w", err)
	}
	c, err := s.check(ctx, who, b, rows)
	if err != nil {
		return Detail{}, err
	}
	b.Counts, b.Problems = c.counts, c.problems
	if c.counts.Wrong > 0 && !partial || len(c.items) == 0 {
		if err := s.store.UpdateCheck(ctx, b); err != nil {
			return Detail{}, fmt.Errorf("keep check: %w", err)
		}
		return Detail{}, problem.Refused("C-22", "rows_wrong", fmt.Sprintf("%d of %d rows are wrong; mend them, or import only those that are right", c.counts.Wrong, c.counts.Rows),
			map[string]any{"wrong": c.counts.Wrong, "rows": c.counts.Rows})
	}
	b.State, b.Partial, b.AppliedAt, b.AppliedBy = Applied, c.counts.Wrong > 0, c.now, who.User.ID
	e := s.event(who, audit.ActionImportApplied, b, "", map[string]any{"kind": b.Kind, "name": b.Name, "rows": b.Counts.Rows, "wrong": b.Counts.Wrong, "partial": b.Partial, "feed": b.FeedName})
	if b.FeedID != uuid.Nil {
		e.Detail["week"] = b.Week.String()
	}
	n, err := s.store.ApplyBatch(ctx, b, c.items, Remember(b.Header, b.Mapping), e)
	if err != nil {
		return Detail{}, fmt.Errorf("apply import: %w", err)
	}
	s.cfg.Metrics.applied(b.Kind, n, c.counts.Wrong)
	return s.Get(ctx, who, id)
}

// Undo takes back what an applied batch did, until something has used it: what
// it made goes, what it changed is as it was before. Rule C-22.
func (s *Service) Undo(ctx context.Context, who access.Principal, id uuid.UUID, reason string) (Detail, error) {
	if err := keeper(who); err != nil {
		return Detail{}, err
	}
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > maxReason {
		return Detail{}, problem.BadField("reason", "is required, in at most %d bytes", maxReason)
	}
	b, err := s.store.ImportBatch(ctx, id)
	if err != nil {
		return Detail{}, fmt.Errorf("look up import: %w", err)
	}
	if b.State != Applied {
		return Detail{}, problem.Conflict("import_state", fmt.Sprintf("the import is %s", b.State))
	}
	b.State, b.UndoneAt, b.UndoneBy, b.Reason = Undone, s.now(), who.User.ID, reason
	e := s.event(who, audit.ActionImportUndone, b, reason, map[string]any{"kind": b.Kind, "name": b.Name, "created": b.Counts.Created, "changed": b.Counts.Changed})
	if err := s.store.UndoBatch(ctx, b, e); err != nil {
		return Detail{}, fmt.Errorf("undo import: %w", err)
	}
	return s.Get(ctx, who, id)
}

// Get gives a batch with its problems and first rows.
func (s *Service) Get(ctx context.Context, who access.Principal, id uuid.UUID) (Detail, error) {
	if err := keeper(who); err != nil {
		return Detail{}, err
	}
	b, err := s.store.ImportBatch(ctx, id)
	if err != nil {
		return Detail{}, fmt.Errorf("look up import: %w", err)
	}
	rows, err := s.store.ImportRows(ctx, id, previewRows)
	if err != nil {
		return Detail{}, fmt.Errorf("read rows: %w", err)
	}
	if b.State != Checked {
		return Detail{Batch: b, Preview: preview(b, rows, &checker{})}, nil
	}
	c, err := s.check(ctx, who, b, rows)
	if err != nil {
		return Detail{}, err
	}
	return Detail{Batch: b, Preview: preview(b, rows, c)}, nil
}

// List gives batches, the newest first.
func (s *Service) List(ctx context.Context, who access.Principal, q BatchQuery) ([]Batch, error) {
	if err := keeper(who); err != nil {
		return nil, err
	}
	if q.Limit <= 0 || q.Limit > 200 {
		q.Limit = 200
	}
	bs, err := s.store.ImportBatches(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return bs, nil
}
