package intake

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// Feed is a file that a department hands in every week (Rule C-22).
type Feed struct {
	ID             uuid.UUID
	Name           string
	Kind           Kind
	DepartmentID   uuid.UUID
	DepartmentName string       // set on reading
	Weekday        time.Weekday // by the end of which it is to be in; where nobody works then, by the end of the next working day
	From           calendar.Date
	EndedAt        time.Time // zero: expected
	CreatedAt      time.Time
	CreatedBy      uuid.UUID

	// Set on reading.
	LastAt   time.Time       // when a batch of it was applied last
	LastWeek calendar.Date   // the latest week that came
	Missing  []calendar.Date // Mondays of the weeks that were noted as missed and have not come since, oldest first
	// Set by the service.
	Week  calendar.Date // the Monday of this week
	DueAt time.Time     // the end of this week's day
	Came  bool          // this week's is in
}

// monday is the first day of the week of a day.
func monday(d calendar.Date) calendar.Date {
	return d.AddDays(-(int(d.Weekday()) + 6) % 7)
}

// weekFor is the week that a batch is for.
func (s *Service) weekFor(f Feed, asked calendar.Date, now time.Time) calendar.Date {
	switch {
	case !asked.IsZero():
		return monday(asked)
	case len(f.Missing) > 0:
		return f.Missing[0]
	default:
		return monday(calendar.DateOf(now.In(s.cfg.Zone)))
	}
}

// dueAt is the moment by which a week's file is to be in: the end of the feed's
// day, or of the next working day.
func (s *Service) dueAt(cal calendar.Calendar, f Feed, week calendar.Date) time.Time {
	day := week.AddDays((int(f.Weekday) + 6) % 7)
	for range 31 {
		if cal.WorkingDay(day) {
			break
		}
		day = day.AddDays(1)
	}
	return day.AddDays(1).At(0, s.cfg.Zone)
}

// Feeds lists the feeds with where they stand, to supervisors and administrators.
func (s *Service) Feeds(ctx context.Context, who access.Principal) ([]Feed, error) {
	if err := keeper(who); err != nil {
		return nil, err
	}
	return s.feeds(ctx)
}

func (s *Service) feeds(ctx context.Context) ([]Feed, error) {
	fs, err := s.store.Feeds(ctx)
	if err != nil {
		return nil, fmt.Errorf("list feeds: %w", err)
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	week := monday(calendar.DateOf(s.now().In(s.cfg.Zone)))
	for i, f := range fs {
		fs[i].Week, fs[i].DueAt = week, s.dueAt(cal, f, week)
		if fs[i].Came, err = s.store.FeedCame(ctx, f.ID, week); err != nil {
			return nil, fmt.Errorf("look for batches of a feed: %w", err)
		}
	}
	return fs, nil
}

// SaveFeed makes a feed (a zero id) or changes one: its name, department,
// weekday, and whether it is expected. Only administrators do.
func (s *Service) SaveFeed(ctx context.Context, who access.Principal, f Feed, ended bool) (Feed, error) {
	if !who.Has(access.RoleAdministrator) {
		return Feed{}, problem.Forbidden("administrator_only", "only administrators set feeds")
	}
	f.Name = strings.TrimSpace(f.Name)
	var wrong []problem.Field
	if f.Name == "" || len(f.Name) > maxName {
		wrong = append(wrong, problem.Field{Location: "name", Message: fmt.Sprintf("must have 1 to %d bytes", maxName)})
	}
	if !f.Kind.Known() {
		wrong = append(wrong, problem.Field{Location: "kind", Message: fmt.Sprintf("must be one of %v", Kinds())})
	}
	if f.Weekday < time.Sunday || f.Weekday > time.Saturday {
		wrong = append(wrong, problem.Field{Location: "weekday", Message: "must be 0 (Sunday) to 6 (Saturday)"})
	}
	if len(wrong) > 0 {
		return Feed{}, problem.Invalid(wrong...)
	}
	now, made := s.now(), f.ID == uuid.Nil
	action := audit.ActionFeedChanged
	if made {
		action = audit.ActionFeedCreated
		f.ID, f.CreatedAt, f.CreatedBy, f.From = uuid.New(), now, who.User.ID, calendar.DateOf(now.In(s.cfg.Zone))
	} else {
		was, err := s.store.Feed(ctx, f.ID)
		if err != nil {
			return Feed{}, fmt.Errorf("look up feed: %w", err)
		}
		f.From, f.EndedAt, f.CreatedAt, f.CreatedBy = was.From, was.EndedAt, was.CreatedAt, was.CreatedBy
		if !ended && !was.EndedAt.IsZero() { // expected again: from now on
			f.From = calendar.DateOf(now.In(s.cfg.Zone))
		}
	}
	switch {
	case !ended:
		f.EndedAt = time.Time{}
	case f.EndedAt.IsZero():
		f.EndedAt = now
	}
	e := audit.Event{At: now, ActorID: who.User.ID, Action: action, ObjectKind: "feed", ObjectID: f.ID.String(), Rule: "C-22", IP: who.IP,
		Detail: map[string]any{"name": f.Name, "kind": f.Kind, "weekday": int(f.Weekday), "ended": ended}}
	var err error
	if made {
		err = s.store.InsertFeed(ctx, f, e)
	} else {
		err = s.store.UpdateFeed(ctx, f, e)
	}
	if err != nil {
		return Feed{}, fmt.Errorf("save feed: %w", err)
	}
	fs, err := s.feeds(ctx)
	if err != nil {
		return Feed{}, err
	}
	for _, v := range fs {
		if v.ID == f.ID {
			return v, nil
		}
	}
	return Feed{}, problem.NotFound("feed")
}

// lookBack is how many weeks are looked at again, for instances that were down.
const lookBack = 8

// NoteMissing notes every expected feed that did not come by its day, once for
// each week, and counts those that are still missing. Any instance may call it.
// Rule C-22.
func (s *Service) NoteMissing(ctx context.Context) error {
	fs, err := s.feeds(ctx)
	if err != nil {
		return err
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	now, missing := s.now(), 0
	for _, f := range fs {
		if !f.EndedAt.IsZero() {
			continue
		}
		for back := lookBack; back >= 0; back-- {
			week := f.Week.AddDays(-7 * back)
			due := s.dueAt(cal, f, week)
			if due.After(now) || !due.After(f.From.At(0, s.cfg.Zone)) || due.Before(f.CreatedAt) {
				continue
			}
			came, err := s.store.FeedCame(ctx, f.ID, week)
			if err != nil {
				return fmt.Errorf("look for batches of a feed: %w", err)
			}
			if came {
				continue
			}
			missing++
			e := audit.Event{At: now, Action: audit.ActionFeedMissed, ObjectKind: "feed", ObjectID: f.ID.String(), Rule: "C-22",
				Detail: map[string]any{"name": f.Name, "week": week.String(), "department": f.DepartmentName, "due_at": due.Format(time.RFC3339)}}
			first, err := s.store.NoteMiss(ctx, f.ID, week, now, e)
			if err != nil {
				return fmt.Errorf("note missing feed %s: %w", f.Name, err)
			}
			if first {
				s.cfg.Metrics.missed()
				s.cfg.Logger.WarnContext(ctx, "weekly feed did not come", "feed", f.Name, "week", week.String(), "rule", "C-22")
			}
		}
	}
	s.cfg.Metrics.missing(missing)
	return nil
}
