package casework

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Daily is the list of problems of a day for the evening meeting. Rule C-30.
type Daily struct {
	Day      calendar.Date
	Problems []Problem // by branch, department and time
}

// Problems lists what was named as a problem on a day of the house's zone, in
// final records, slips, cases and complaints, by department. Whoever does not
// read all records sees their own department's. Rule C-30.
func (s *Service) Problems(ctx context.Context, who access.Principal, day string, department uuid.UUID) (Daily, error) {
	d := calendar.DateOf(s.now().In(s.zone))
	if day != "" {
		var err error
		if d, err = calendar.ParseDate(day); err != nil {
			return Daily{}, problem.BadField("query.day", "must be a date such as 2026-11-30")
		}
	}
	if !readsAll(who) {
		if department = who.User.Department.ID; department == uuid.Nil {
			return Daily{}, problem.Forbidden("not_concerned", "you belong to no department")
		}
	}
	ps, err := s.store.Problems(ctx, d.At(0, s.zone), d.AddDays(1).At(0, s.zone), department)
	if err != nil {
		return Daily{}, fmt.Errorf("list problems of %s: %w", d, err)
	}
	return Daily{Day: d, Problems: ps}, nil
}

// ProblemsSheet gives the list to be taken away, which is in the audit log. Rules C-30, S-01.
func (s *Service) ProblemsSheet(ctx context.Context, who access.Principal, day string, department uuid.UUID) (Daily, error) {
	out, err := s.Problems(ctx, who, day, department)
	if err != nil {
		return Daily{}, err
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionProblemsTaken, ObjectKind: "problems", ObjectID: out.Day.String(), Rule: "C-30",
		Detail: map[string]any{"rows": len(out.Problems)}, IP: who.IP}
	if err := s.store.AppendEvent(ctx, e); err != nil {
		return Daily{}, fmt.Errorf("log list of problems: %w", err)
	}
	return out, nil
}

// Zone is the house's, for times on the sheet.
func (s *Service) Zone() *time.Location { return s.zone }
