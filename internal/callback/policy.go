package callback

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/access"
	"huifang/internal/audit"
	"huifang/internal/call"
	"huifang/internal/problem"
)

// ProgramPolicy is what administrators may change of a program.
type ProgramPolicy struct {
	Pauses         call.PauseLimits // Rule T-13
	ShowMonitoring bool             // agents see that a supervisor listens
	CallerIDs      []string         // Rule T-14: what customers may be shown; none: the trunk's own
	Retention      Retention        // Rule T-02
	Papers         ProgramPapers
	ContentKinds   []ContentKind // Rule C-13
}

// ProgramPapers are what a program asks, says and writes on (Rules C-10, C-16, C-29).
type ProgramPapers struct{ QuestionnaireID, ScriptID, FormID uuid.UUID } // FormID uuid.Nil: Rule C-01 alone

// Retention is how long recordings are kept (Rule T-02). It is extended, never shortened.
type Retention struct {
	Years    int            // at least, from the basis on
	MaxYears int            // at most: then they are to be deleted; 0: no limit
	Basis    RetentionBasis // what the years count from
}

// RetentionBasis is what the years of a retention count from.
type RetentionBasis string

// The bases. With the end of the contract, nothing expires until that is known,
// and never before three years from the end of the call.
const (
	FromCallEnd     RetentionBasis = "call_end"
	FromContractEnd RetentionBasis = "contract_end"
)

const (
	retentionLeast = 3
	retentionMost  = 100
)

// extends says what of a retention is shorter than before.
func (r Retention) extends(before Retention) error {
	switch {
	case r.Years < retentionLeast || r.Years > retentionMost:
		return problem.BadField("retention_years", "must be %d to %d", retentionLeast, retentionMost)
	case r.Years < before.Years:
		return problem.Refused("T-02", "retention_shortened", fmt.Sprintf("retention is extended, never shortened: it is %d years", before.Years), nil)
	case r.MaxYears != 0 && r.MaxYears < max(r.Years, before.MaxYears):
		return problem.BadField("retention_max_years", "must be 0 or at least %d", max(r.Years, before.MaxYears))
	case r.Basis != FromCallEnd && r.Basis != FromContractEnd:
		return problem.BadField("retention_basis", "must be %s or %s", FromCallEnd, FromContractEnd)
	case before.Basis == FromContractEnd && r.Basis != FromContractEnd:
		return problem.Refused("T-02", "retention_shortened", "retention from the end of the contract is not taken back", nil)
	}
	return nil
}

// ProgramChange is a change of it; what is nil stays.
type ProgramChange struct {
	PauseLongest, PauseTotal *time.Duration
	PauseNumber              *int
	ShowMonitoring           *bool
	CallerIDs                *[]string
	RetentionYears           *int
	RetentionMaxYears        *int
	RetentionBasis           *RetentionBasis
	QuestionnaireID          *uuid.UUID
	ScriptID                 *uuid.UUID
	FormID                   *uuid.UUID // uuid.Nil: none
	ContentKinds             *[]ContentKind
}

// Limits of the limits: a pause must not become a way to hide talk (Rule T-13).
const (
	pauseLongestMost = 10 * time.Minute
	pauseTotalMost   = 30 * time.Minute
	pauseNumberMost  = 20

	callerIDsMost = 20
)

var callerIDForm = regexp.MustCompile(`^\+?[0-9]{2,20}$`)

// ChangeProgram changes the policy of a program, with its row in the audit log.
// It holds for calls that begin afterwards. Rule T-13.
func (s *Service) ChangeProgram(ctx context.Context, who access.Principal, id uuid.UUID, c ProgramChange) (Program, error) {
	p, err := s.programByID(ctx, id)
	if err != nil {
		return Program{}, err
	}
	before := ProgramPolicy{Pauses: p.Pauses, ShowMonitoring: p.ShowMonitoring, CallerIDs: p.CallerIDs, Retention: p.Retention,
		Papers: ProgramPapers{p.QuestionnaireID, p.ScriptID, p.FormID}, ContentKinds: p.ContentKinds}
	after := before
	set(&after.Pauses.Longest, c.PauseLongest)
	set(&after.Pauses.Total, c.PauseTotal)
	set(&after.Pauses.Number, c.PauseNumber)
	set(&after.ShowMonitoring, c.ShowMonitoring)
	set(&after.CallerIDs, c.CallerIDs)
	set(&after.Retention.Years, c.RetentionYears)
	set(&after.Retention.MaxYears, c.RetentionMaxYears)
	set(&after.Retention.Basis, c.RetentionBasis)
	set(&after.Papers.QuestionnaireID, c.QuestionnaireID)
	set(&after.Papers.ScriptID, c.ScriptID)
	set(&after.Papers.FormID, c.FormID)
	set(&after.ContentKinds, c.ContentKinds)
	var known bool
	if after.ContentKinds, known = knownKinds(after.ContentKinds); !known {
		return Program{}, problem.BadField("content_kinds", "must be explain, announce, care, mediate, suggest or guide (Rule C-13)")
	}
	if err := s.checkPapers(ctx, before.Papers, after.Papers); err != nil {
		return Program{}, err
	}
	if err := after.check(); err != nil {
		return Program{}, err
	}
	rule := "T-13"
	if after.Retention != before.Retention {
		rule = "T-02"
		if err := after.Retention.extends(before.Retention); err != nil {
			return Program{}, err
		}
	}
	if after.Papers != before.Papers {
		rule = "C-16"
	}
	if after.Retention == before.Retention && after.Papers == before.Papers && slices.Equal(after.ContentKinds, before.ContentKinds) && after.Pauses == before.Pauses && after.ShowMonitoring == before.ShowMonitoring && slices.Equal(after.CallerIDs, before.CallerIDs) {
		return p, nil
	}
	e := audit.Event{At: s.now(), ActorID: who.User.ID, Action: audit.ActionProgramChanged, ObjectKind: "program", ObjectID: id.String(), Rule: rule,
		Detail: map[string]any{"code": p.Code, "before": before.detail(), "after": after.detail()}, IP: who.IP}
	if err := s.store.SetProgramPolicy(ctx, id, after, e); err != nil {
		return Program{}, fmt.Errorf("change program %s: %w", p.Code, err)
	}
	return s.programByID(ctx, id)
}

// checkPapers says what a program cannot point to: what it changes to must be
// of the kind and have a version that holds. Rule C-16.
func (s *Service) checkPapers(ctx context.Context, before, after ProgramPapers) error {
	for _, x := range []struct {
		at      string
		kind    PaperKind
		was, is uuid.UUID
		needed  bool
	}{
		{"questionnaire_id", PaperQuestionnaire, before.QuestionnaireID, after.QuestionnaireID, true},
		{"script_id", PaperScript, before.ScriptID, after.ScriptID, true}, {"form_id", PaperForm, before.FormID, after.FormID, false},
	} {
		if x.is == x.was {
			continue
		}
		if x.is == uuid.Nil {
			if x.needed {
				return problem.BadField(x.at, "is required")
			}
			continue
		}
		p, err := s.store.Paper(ctx, x.is)
		if problem.IsNotFound(err) || err == nil && (p.Kind != x.kind || !slices.ContainsFunc(p.Versions, func(v PaperVersion) bool { return v.State == PaperPublished })) {
			return problem.BadField(x.at, "must be a %s with a published version", string(x.kind))
		} else if err != nil {
			return fmt.Errorf("look up paper: %w", err)
		}
	}
	return nil
}

func (s *Service) programByID(ctx context.Context, id uuid.UUID) (Program, error) {
	ps, err := s.Programs(ctx)
	if err != nil {
		return Program{}, err
	}
	for _, p := range ps {
		if p.ID == id {
			return p, nil
		}
	}
	return Program{}, problem.NotFound("program")
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func (p ProgramPolicy) check() error {
	if len(p.CallerIDs) > callerIDsMost {
		return problem.BadField("caller_ids", "there are at most %d", callerIDsMost)
	}
	for i, id := range p.CallerIDs {
		if !callerIDForm.MatchString(id) || slices.Contains(p.CallerIDs[:i], id) {
			return problem.BadField("caller_ids", "%q is no number of 2 to 20 digits, or is there twice", id)
		}
	}
	switch l := p.Pauses; {
	case l.Longest < 0 || l.Longest > pauseLongestMost:
		return problem.BadField("pause_longest_ms", "a pause lasts 0 to %d s", int(pauseLongestMost.Seconds()))
	case l.Number < 0 || l.Number > pauseNumberMost:
		return problem.BadField("pause_number", "a call has 0 to %d pauses", pauseNumberMost)
	case l.Total < 0 || l.Total > pauseTotalMost:
		return problem.BadField("pause_total_ms", "the pauses of a call last 0 to %d s", int(pauseTotalMost.Seconds()))
	case l.Total < l.Longest:
		return problem.BadField("pause_total_ms", "all pauses together cannot be shorter than one")
	}
	return nil
}

func (p ProgramPolicy) detail() map[string]any {
	return map[string]any{"pause_longest_ms": p.Pauses.Longest.Milliseconds(), "pause_number": p.Pauses.Number,
		"pause_total_ms": p.Pauses.Total.Milliseconds(), "show_monitoring": p.ShowMonitoring, "caller_ids": p.CallerIDs,
		"retention_years": p.Retention.Years, "retention_max_years": p.Retention.MaxYears, "retention_basis": string(p.Retention.Basis),
		"questionnaire_id": p.Papers.QuestionnaireID.String(), "script_id": p.Papers.ScriptID.String(), "form_id": p.Papers.FormID.String(), "content_kinds": p.ContentKinds}
}
