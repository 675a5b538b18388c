package callback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/problem"
)

// DeskQuery selects what is listed.
type DeskQuery struct {
	All        bool      // all tasks in order of due time, in pages; otherwise the desk of one agent
	AssigneeID uuid.UUID // of others only for supervisors; uuid.Nil: on the desk oneself
	State      TaskState // empty: all; on the desk, closed ones only of today
	Text       string    // part of the customer's name, beginning of its code, or last digits
	After      TaskCursor
	Limit      int // 0: 100 with All, 500 on the desk; at most 500
}

// DeskPage is a list with its figures. Next is zero on the last page and on
// the desk.
type DeskPage struct {
	Rows   []DeskRow
	Counts DeskCounts
	Now    time.Time
	Next   TaskCursor
}

const maxPage = 500

// Desk lists tasks. The desk of an agent holds the open tasks and what was
// closed today, in the order of [Kind] and urgency. Agents see their own tasks
// only. The figures are those of the whole desk, whatever is searched for.
func (s *Service) Desk(ctx context.Context, who access.Principal, q DeskQuery) (DeskPage, error) {
	if !who.Has(access.RoleSupervisor) {
		if q.AssigneeID != uuid.Nil && q.AssigneeID != who.User.ID {
			return DeskPage{}, problem.Forbidden("not_assigned", "agents see their own tasks")
		}
		q.AssigneeID = who.User.ID
	}
	if q.AssigneeID == uuid.Nil && !q.All {
		q.AssigneeID = who.User.ID
	}
	if q.State != "" && !slices.Contains(TaskStates(), q.State) {
		return DeskPage{}, problem.BadField("state", "%q is no state of a task", string(q.State))
	}
	now := s.now()
	today := calendar.DateOf(now.In(s.cfg.Zone))
	times := DeskTimes{Now: now, DayStart: today.At(0, s.cfg.Zone), DayEnd: today.AddDays(1).At(0, s.cfg.Zone)}
	counts, err := s.store.CountTasks(ctx, TaskQuery{AssigneeID: q.AssigneeID}, times)
	if err != nil {
		return DeskPage{}, fmt.Errorf("count tasks: %w", err)
	}
	page := DeskPage{Now: now, Counts: counts}
	tq := s.taskQuery(q, times)
	limit := tq.Limit
	tq.Limit++
	views, err := s.store.Tasks(ctx, tq)
	if err != nil {
		return DeskPage{}, fmt.Errorf("list tasks: %w", err)
	}
	if len(views) > limit {
		views = views[:limit]
		if last := views[limit-1].Task; q.All {
			page.Next = TaskCursor{DueAt: last.DueAt, ID: last.ID}
		}
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return DeskPage{}, err
	}
	for _, v := range views {
		r, err := deskRow(v, cal, times)
		if err != nil {
			return DeskPage{}, err
		}
		page.Rows = append(page.Rows, r)
	}
	if !q.All {
		slices.SortStableFunc(page.Rows, compareRows)
	}
	return page, nil
}

func (s *Service) taskQuery(q DeskQuery, t DeskTimes) TaskQuery {
	tq := TaskQuery{AssigneeID: q.AssigneeID, Limit: min(cmp.Or(max(q.Limit, 0), 100), maxPage)}
	if q.State != "" {
		tq.States = []TaskState{q.State}
	}
	if q.All {
		tq.After = q.After
	} else {
		tq.ClosedSince = t.DayStart
		tq.Limit = min(cmp.Or(max(q.Limit, 0), maxPage), maxPage)
	}
	if q.Text != "" {
		tq.Text, tq.Grams = customer.SearchText(q.Text), customer.QueryGrams(q.Text)
		tq.Tail, _ = customer.Digits(q.Text)
	}
	return tq
}
