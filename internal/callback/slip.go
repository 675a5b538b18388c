package callback

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/calendar"
	"huifang/internal/problem"
)

// SlipKind is what a feedback slip is about.
type SlipKind string

// The kinds of slips.
const (
	SlipProduct    SlipKind = "product"
	SlipService    SlipKind = "service"
	SlipSuggestion SlipKind = "suggestion"
	SlipTechnical  SlipKind = "technical"
	SlipAccident   SlipKind = "accident"
)

// SlipKinds lists the closed set.
func SlipKinds() []SlipKind {
	return []SlipKind{SlipProduct, SlipService, SlipSuggestion, SlipTechnical, SlipAccident}
}

// SlipState is where a slip stands.
type SlipState string

// The states of a slip. The customer's word moves it from answered: to closed,
// or back to open when they are still dissatisfied. Rule C-17.
const (
	SlipOpen     SlipState = "open"     // the department handles it
	SlipAnswered SlipState = "answered" // handled; the customer is to be called again
	SlipClosed   SlipState = "closed"   // with the customer's word, or as unreachable
)

// SatisfactionUnreachable closes a slip whose customer is proven to be unreachable (Rule T-04).
const SatisfactionUnreachable = "unreachable"

// The second call-back of a slip: the program that it runs by, and the question
// whose answer settles the slip. Rule C-17.
const (
	slipProgram  = "complaint-settled"
	slipQuestion = "result"
	// slipDays is how many working days a slip may take. Rule C-18.
	slipDays = 5
)

// Slip is what a customer is dissatisfied with or suggests, on its way to the
// department that must act, and back (Rules C-17, C-18).
type Slip struct {
	ID           uuid.UUID
	Number       string // S2026-11-000001: gapless per month (Rule C-21); given by the store
	RecordID     uuid.UUID
	CallID       uuid.UUID // of the record; set on reading
	CustomerID   uuid.UUID
	CustomerName string // set on reading
	Kind         SlipKind
	Matter       string
	Suggestion   string // the customer's
	Department   access.Department
	OwnerID      uuid.UUID // uuid.Nil: nobody yet
	OwnerName    string    // set on reading
	Round        int       // 1, and one more each time that the customer stays dissatisfied
	DueAt        time.Time
	OverdueAt    time.Time   // when the miss of this round was noted
	EscalatedTo  []uuid.UUID // superiors whom the missed clock of this round went to, in order (Rule C-18); set on reading
	Escalated    []string    // their names
	Overdue      bool        // open, and past its time; set by the service
	State        SlipState
	Handling     string
	Answer       string // to the customer
	AnsweredAt   time.Time
	TaskID       uuid.UUID // the second call-back
	TaskState    TaskState // set on reading
	Satisfaction string
	VerifiedBy   uuid.UUID // record of the second call-back
	ClosedAt     time.Time
	ClosedBy     uuid.UUID
	CreatedBy    uuid.UUID
	CreatedName  string // set on reading
	CreatedAt    time.Time
	UpdatedAt    time.Time // guards changes
}

// SlipInput is what an agent writes on a slip, with the record.
type SlipInput struct {
	Kind         SlipKind
	Matter       string
	Suggestion   string
	DepartmentID uuid.UUID
}

// Dissatisfied are the keys of the rated items whose answer is "dissatisfied",
// in order, and rated how many have an answer. Rule C-16.
func (q Questionnaire) Dissatisfied(answers map[string]any) (keys []string, rated int) {
	for _, it := range q.Items {
		a, ok := answers[it.Key]
		if it.Kind != ItemSatisfaction || !ok {
			continue
		}
		rated++
		if a == AnswerDissatisfied {
			keys = append(keys, it.Key)
		}
	}
	return keys, rated
}

// scoreVersion names the formula of score.
const scoreVersion = 1

// score is 100 less 10 for each dissatisfied answer, never below 0. Rule C-16.
func score(dissatisfied int) int { return max(0, 100-10*dissatisfied) }

// Score gives the score of answers, nil where nothing was rated, and the keys of
// the dissatisfied ones. Rule C-16.
func (q Questionnaire) Score(answers map[string]any) (*int, []string) {
	keys, rated := q.Dissatisfied(answers)
	if rated == 0 {
		return nil, keys
	}
	n := score(len(keys))
	return &n, keys
}

// rate writes the score and the red flags into a record. One without a rated
// answer has no score. Rules C-04, C-16, C-19.
func (r *Record) rate(q Questionnaire) {
	var rated int
	r.Dissatisfied, rated = q.Dissatisfied(r.Answers)
	r.RedFlags = q.RedFlags(r.Answers)
	r.Score, r.ScoreVersion = nil, 0
	if rated > 0 {
		n := score(len(r.Dissatisfied))
		r.Score, r.ScoreVersion = &n, scoreVersion
	}
}

// slipDue is the last second of the fifth working day after the day of a moment,
// in the house's zone. Rule C-18.
func slipDue(cal calendar.Calendar, from time.Time, zone *time.Location) time.Time {
	return cal.WorkingDayAfter(calendar.DateOf(from.In(zone)), slipDays).At(24*time.Hour-time.Second, zone).UTC()
}

// openSlip makes the slip of a final record, or says what is wrong. A record
// with a dissatisfied answer needs one. Rule C-17.
func (s *Service) openSlip(ctx context.Context, who access.Principal, save *RecordSave, in *SlipInput, v TaskView) error {
	r := save.Record
	if in == nil {
		if len(r.Dissatisfied) > 0 && !v.Task.Source.settles() {
			return problem.Invalid(problem.Field{Location: "slip", Message: fmt.Sprintf("is required: the customer is dissatisfied with %s (Rule C-17)", strings.Join(r.Dissatisfied, ", "))})
		}
		return nil
	}
	var wrong []problem.Field
	bad := func(at, msg string) { wrong = append(wrong, problem.Field{Location: "slip." + at, Message: msg}) }
	matter, suggestion := strings.TrimSpace(in.Matter), strings.TrimSpace(in.Suggestion)
	if !slices.Contains(SlipKinds(), in.Kind) {
		bad("kind", "must be product, service, suggestion, technical or accident")
	}
	if matter == "" || len(matter) > maxText {
		bad("matter", fmt.Sprintf("must say what it is about, in at most %d bytes", maxText))
	}
	if len(suggestion) > maxText {
		bad("suggestion", fmt.Sprintf("must have at most %d bytes", maxText))
	}
	department, err := s.department(ctx, in.DepartmentID)
	if problem.IsNotFound(err) {
		bad("department_id", "must be a department of the house")
	} else if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return problem.Invalid(wrong...)
	}
	cal, err := s.cfg.Days.Calendar(ctx)
	if err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	now := r.UpdatedAt
	save.Slip = &Slip{
		ID: uuid.New(), RecordID: r.ID, CustomerID: r.CustomerID, Kind: in.Kind, Matter: matter, Suggestion: suggestion, Department: department,
		Round: 1, DueAt: slipDue(cal, now, s.cfg.Zone), State: SlipOpen, CreatedBy: who.User.ID, CreatedAt: now, UpdatedAt: now,
	}
	save.SlipEvent = s.slipEvent(who, now, audit.ActionSlipOpened, save.Slip.ID, "", map[string]any{
		"record_id": r.ID.String(), "kind": string(in.Kind), "department": department.Name, "due_at": save.Slip.DueAt.Format(time.RFC3339),
	})
	return nil
}

// settleSlip moves the slip whose second call-back a final record is of: closed
// when the customer is satisfied or says fair, open again with a new clock when
// not. Rule C-17.
func (s *Service) settleSlip(ctx context.Context, who access.Principal, save *RecordSave, v TaskView) error {
	r := save.Record
	if !v.Task.Source.settles() || r.Disposition != DispositionCompleted {
		return nil
	}
	if v.Task.Source == SourceCase { // package casework reads the answer from the final record
		if said, _ := r.Answers[slipQuestion].(string); said == "" {
			return problem.BadField("answers."+slipQuestion, "must be answered: it settles the case (Rule C-19)")
		}
		return nil
	}
	slip, err := s.store.SlipOfTask(ctx, v.Task.ID)
	if problem.IsNotFound(err) {
		return nil // a later call-back took this one's place
	} else if err != nil {
		return fmt.Errorf("look up slip: %w", err)
	}
	said, _ := r.Answers[slipQuestion].(string)
	if said == "" {
		return problem.BadField("answers."+slipQuestion, "must be answered: it settles slip %s (Rule C-17)", slip.Number)
	}
	save.SettledWas, slip.UpdatedAt = slip.UpdatedAt, r.UpdatedAt
	slip.Satisfaction = said
	detail := map[string]any{"record_id": r.ID.String(), "satisfaction": said, "round": slip.Round}
	action := audit.ActionSlipClosed
	if said == AnswerDissatisfied {
		cal, err := s.cfg.Days.Calendar(ctx)
		if err != nil {
			return fmt.Errorf("read calendar: %w", err)
		}
		action = audit.ActionSlipReopened
		detail["handling"], detail["answer"] = slip.Handling, slip.Answer // the slip keeps those of its last round
		slip.State, slip.Round, slip.TaskID, slip.OverdueAt = SlipOpen, slip.Round+1, uuid.Nil, time.Time{}
		slip.Handling, slip.Answer, slip.AnsweredAt = "", "", time.Time{}
		slip.DueAt = slipDue(cal, r.UpdatedAt, s.cfg.Zone)
	} else {
		slip.State, slip.VerifiedBy, slip.ClosedAt, slip.ClosedBy = SlipClosed, r.ID, r.UpdatedAt, who.User.ID
	}
	save.Settled = &slip
	save.SlipEvent = s.slipEvent(who, r.UpdatedAt, action, slip.ID, "", detail)
	return nil
}

func (s *Service) slipEvent(who access.Principal, at time.Time, action string, id uuid.UUID, reason string, detail map[string]any) audit.Event {
	return audit.Event{At: at, ActorID: who.User.ID, Action: action, ObjectKind: "slip", ObjectID: id.String(), Rule: "C-17", Reason: reason, Detail: detail, IP: who.IP}
}

func (s *Service) department(ctx context.Context, id uuid.UUID) (access.Department, error) {
	ds, err := s.store.Departments(ctx)
	if err != nil {
		return access.Department{}, fmt.Errorf("list departments: %w", err)
	}
	for _, d := range ds {
		if d.ID == id {
			return d, nil
		}
	}
	return access.Department{}, problem.NotFound("department")
}
