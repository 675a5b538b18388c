package callback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/call"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// LedgerQuery selects final records, newest first. From and To are needed; other
// zero values do not filter.
type LedgerQuery struct {
	From, To     time.Time // when the record became final; From included, To excluded
	AgentID      uuid.UUID
	ProgramID    uuid.UUID
	Number       string // a record's number, whole
	Text         string // part of the customer's name, or the beginning of its code
	Grams        []string
	Disposition  Disposition
	ScoreBelow   int                                 // 1 to 101; 101: any score (Rule C-16)
	Review       string                              // "", "done" or "open" (Rule C-25)
	Project      string                              // part of the project's name
	Model        string                              // part of the product's model
	Commissioned struct{ From, Until calendar.Date } // both included
	Before       MarkKey
	Limit        int // 0: all
}

// LedgerRow is a final record as the ledger lists it (Rule C-21).
type LedgerRow struct {
	Record       Record
	CustomerCode string
	ProgramCode  string
	ProgramNames Words
	Department   access.Department // the agent's
	Outcome      call.Outcome
	TalkSeconds  int
	Slips        []string // numbers
	Review       *Review  // the newest; nil: none
	Plant        Plant
}

// Plant is what the ledger says of contract and equipment (Rule C-21): those
// that the call-back was owed for, else the customer's latest. Everything is empty
// where there is none.
type Plant struct {
	ContractKey, EquipmentKey     string
	Project, Model                string
	Quantity                      int
	AmountCents                   int64 // of the equipment, else of the contract
	ShippedOn, CommissionedOn     calendar.Date
	Responsible, ResponsiblePhone string
	SiteContact, SitePhone        string
	Others                        int // how many more pieces of equipment the customer has
}

// masked leaves the last four digits of the telephone numbers (Rule S-01).
func (p Plant) masked() Plant {
	p.ResponsiblePhone, p.SitePhone = maskPhone(p.ResponsiblePhone), maskPhone(p.SitePhone)
	return p
}

func maskPhone(s string) string {
	digits := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			if digits--; digits >= 4 {
				return '•'
			}
		}
		return r
	}, s)
}

// ledgerRows reads the ledger; agents see telephone numbers masked.
func (s *Service) ledgerRows(ctx context.Context, who access.Principal, q LedgerQuery) ([]LedgerRow, error) {
	rows, err := s.store.Ledger(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	if !readsAllSlips(who) {
		for i := range rows {
			rows[i].Plant = rows[i].Plant.masked()
		}
	}
	return rows, nil
}

// Review is what a superior says of a final record (Rule C-25).
type Review struct {
	ID           uuid.UUID
	RecordID     uuid.UUID
	ReviewerID   uuid.UUID
	ReviewerName string // set on reading
	At           time.Time
	Verdict      Verdict
	Opinion      string
}

// Verdict is the short form of a review.
type Verdict string

// The verdicts.
const (
	VerdictAgreed   Verdict = "agreed"
	VerdictRemarked Verdict = "remarked" // with an opinion
)

// LedgerPage is a page of the ledger.
type LedgerPage struct {
	Rows []LedgerRow
	Next MarkKey // zero: no more
}

const (
	maxLedgerPage = 200
	// MaxLedgerSheet is how many rows a sheet takes; a longer period is to be taken in parts.
	MaxLedgerSheet = 100_000
	maxLedgerSpan  = 370 * day
)

// Ledger lists final records (Rule C-21): agents see their own, supervisors,
// inspectors, auditors and heads of records all of them.
func (s *Service) Ledger(ctx context.Context, who access.Principal, q LedgerQuery) (LedgerPage, error) {
	if err := s.ledgerQuery(who, &q); err != nil {
		return LedgerPage{}, err
	}
	if q.Limit <= 0 || q.Limit > maxLedgerPage {
		q.Limit = maxLedgerPage
	}
	limit := q.Limit
	q.Limit++
	rows, err := s.ledgerRows(ctx, who, q)
	if err != nil {
		return LedgerPage{}, err
	}
	out := LedgerPage{Rows: rows}
	if len(rows) > limit {
		out.Rows = rows[:limit]
		last := rows[limit-1].Record
		out.Next = MarkKey{At: last.FinishedAt, ID: last.ID}
	}
	return out, nil
}

// LedgerSheet gives all rows for a file, and notes who took it (Rule S-04). More
// than [MaxLedgerSheet] are refused.
func (s *Service) LedgerSheet(ctx context.Context, who access.Principal, q LedgerQuery) ([]LedgerRow, error) {
	if err := s.ledgerQuery(who, &q); err != nil {
		return nil, err
	}
	q.Before, q.Limit = MarkKey{}, MaxLedgerSheet+1
	rows, err := s.ledgerRows(ctx, who, q)
	if err != nil {
		return nil, err
	}
	if len(rows) > MaxLedgerSheet {
		return nil, problem.BadField("query.from", "gives more than %d records; take a shorter period", MaxLedgerSheet)
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionLedgerTaken, ObjectKind: "ledger", Rule: "C-21", IP: who.IP,
		Detail: map[string]any{"from": q.From.Format(time.RFC3339), "to": q.To.Format(time.RFC3339), "rows": len(rows)}}
	if err := s.store.AppendEvent(ctx, e); err != nil {
		return nil, fmt.Errorf("log the ledger's file: %w", err)
	}
	return rows, nil
}

func (s *Service) ledgerQuery(who access.Principal, q *LedgerQuery) error {
	if !readsAllSlips(who) {
		q.AgentID = who.User.ID
	}
	if q.To.IsZero() {
		q.To = s.now().Add(time.Minute)
	}
	if q.From.IsZero() {
		q.From = q.To.Add(-31 * day)
	}
	var wrong []problem.Field
	if !q.From.Before(q.To) || q.To.Sub(q.From) > maxLedgerSpan {
		wrong = append(wrong, problem.Field{Location: "query.from", Message: "must lie before to, by at most 370 days"})
	}
	if q.ScoreBelow < 0 || q.ScoreBelow > 101 {
		wrong = append(wrong, problem.Field{Location: "query.score_below", Message: "must be 1 to 101"})
	}
	q.Project, q.Model = strings.TrimSpace(q.Project), strings.TrimSpace(q.Model)
	if c := q.Commissioned; !c.From.IsZero() && !c.Until.IsZero() && c.Until.Before(c.From) {
		wrong = append(wrong, problem.Field{Location: "query.commissioned_until", Message: "must not lie before commissioned_from"})
	}
	if q.Text = strings.TrimSpace(q.Text); q.Text != "" {
		if q.Grams = customer.QueryGrams(customer.SearchText(q.Text)); len(q.Grams) == 0 {
			wrong = append(wrong, problem.Field{Location: "query.q", Message: "must have letters or digits"})
		}
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	return nil
}

// Reviews of a record, newest first.
func (s *Service) Reviews(ctx context.Context, who access.Principal, recordID uuid.UUID) ([]Review, error) {
	agent, rs, err := s.store.Reviews(ctx, recordID)
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	if agent != who.User.ID && !readsAllSlips(who) {
		return nil, forbiddenCall()
	}
	return rs, nil
}

// Review notes what a supervisor or inspector says of somebody else's final
// record; a remark needs words. It stands. Rule C-25.
func (s *Service) Review(ctx context.Context, who access.Principal, recordID uuid.UUID, v Verdict, opinion string) (Review, error) {
	if !who.Has(access.RoleSupervisor, access.RoleInspector) {
		return Review{}, problem.Forbidden("role", "supervisors and inspectors review records")
	}
	opinion = strings.TrimSpace(opinion)
	var wrong []problem.Field
	if v != VerdictAgreed && v != VerdictRemarked {
		wrong = append(wrong, problem.Field{Location: "verdict", Message: "must be agreed or remarked"})
	}
	if len(opinion) > maxText || v == VerdictRemarked && opinion == "" {
		wrong = append(wrong, problem.Field{Location: "opinion", Message: fmt.Sprintf("is required with a remark, in at most %d bytes", maxText)})
	}
	if len(wrong) > 0 {
		return Review{}, problem.Invalid(wrong...)
	}
	r := Review{ID: uuid.New(), RecordID: recordID, ReviewerID: who.User.ID, ReviewerName: who.User.Name, At: s.now(), Verdict: v, Opinion: opinion}
	e := audit.Event{At: r.At, ActorID: who.User.ID, Action: audit.ActionRecordReviewed, ObjectKind: "record", ObjectID: recordID.String(), Rule: "C-25", Reason: opinion,
		Detail: map[string]any{"verdict": string(v)}, IP: who.IP}
	if err := s.store.InsertReview(ctx, r, e); err != nil {
		return Review{}, fmt.Errorf("review record %s: %w", recordID, err)
	}
	return r, nil
}
