package callback

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/call"
	"huifang/internal/problem"
)

// CallMark is something that was done in a call beside talking: a secure pause
// (Rule T-13), a complaint (Rule C-20).
type CallMark struct {
	ID, CallID, RecordingID uuid.UUID
	Kind                    call.MarkKind
	ByID                    uuid.UUID
	ByName                  string
	WithID                  uuid.UUID // the colleague of a transfer
	WithName                string
	CustomerID              uuid.UUID
	CustomerName            string
	At                      time.Time
	EndedAt                 time.Time // zero while it lasts
	EndReason, Reason, Note string
	// Offset is its place in the recording; negative while that is not sealed.
	Offset time.Duration
}

// MarkQuery selects marks. Zero values do not filter.
type MarkQuery struct {
	CallID   uuid.UUID
	Kind     call.MarkKind
	ByID     uuid.UUID
	From, To time.Time // From included, To excluded
	Before   MarkKey   // the last row of the page before
	Limit    int       // 0: all
}

// MarkKey is the place of a mark in the list.
type MarkKey struct {
	At time.Time
	ID uuid.UUID
}

// MarkTotal is how many marks of a kind somebody made, and how long they lasted
// together.
type MarkTotal struct {
	ByID    uuid.UUID
	ByName  string
	Number  int
	Lasting time.Duration
}

// MarkPage is a page of marks with the totals of all pages.
type MarkPage struct {
	Marks  []CallMark
	Totals []MarkTotal
	Next   MarkKey // zero: no more
}

const maxMarks = 200

// Marks lists marks for review: who paused recordings how often and how long
// (Rule T-13), which calls had a complaint (Rule C-20).
func (s *Service) Marks(ctx context.Context, who access.Principal, q MarkQuery) (MarkPage, error) {
	if !who.Has(access.RoleSupervisor, access.RoleInspector, access.RoleAuditor) {
		return MarkPage{}, problem.Forbidden("role", "supervisors, inspectors and auditors review calls")
	}
	if q.Limit <= 0 || q.Limit > maxMarks {
		q.Limit = maxMarks
	}
	limit := q.Limit
	q.Limit++
	var out MarkPage
	var err error
	if out.Marks, err = s.store.Marks(ctx, q); err != nil {
		return MarkPage{}, fmt.Errorf("list marks: %w", err)
	}
	if len(out.Marks) > limit {
		out.Marks = out.Marks[:limit]
		last := out.Marks[limit-1]
		out.Next = MarkKey{At: last.At, ID: last.ID}
	}
	if out.Totals, err = s.store.MarkTotals(ctx, q); err != nil {
		return MarkPage{}, fmt.Errorf("sum up marks: %w", err)
	}
	return out, nil
}
