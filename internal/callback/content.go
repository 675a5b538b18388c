package callback

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/call"
)

//go:embed content
var shipped embed.FS

// shippedPaper is a paper as its file has it.
type shippedPaper struct {
	Code    string `json:"code"`
	Name    Words  `json:"name"`
	Version int    `json:"version"`
	PaperBody
}

// shippedProgram is a program as content/programs.json has it.
type shippedProgram struct {
	Code          string        `json:"code"`
	Name          Words         `json:"name"`
	Questionnaire string        `json:"questionnaire"`
	Script        string        `json:"script"`
	Form          string        `json:"form"`
	Kinds         []ContentKind `json:"content_kinds"`
}

// ShippedPapers are the questionnaires, scripts and forms that a house can
// start with on its first day, each with its one published version.
func ShippedPapers(now time.Time) ([]Paper, error) {
	var out []Paper
	for dir, kind := range map[string]PaperKind{"questionnaires": PaperQuestionnaire, "scripts": PaperScript, "forms": PaperForm} {
		files, err := shipped.ReadDir(path.Join("content", dir))
		if err != nil {
			return nil, fmt.Errorf("read shipped papers: %w", err)
		}
		for _, f := range files {
			var c shippedPaper
			if err := readShipped(path.Join("content", dir, f.Name()), &c); err != nil {
				return nil, err
			}
			var errs []error
			for _, f := range c.PaperBody.Faults(kind) {
				errs = append(errs, errors.New(f.Location+" "+f.Message))
			}
			if len(errs) > 0 || c.Version < 1 || !paperCode.MatchString(c.Code) {
				return nil, fmt.Errorf("read shipped paper %s: %w", f.Name(), errors.Join(errs...))
			}
			p := Paper{ID: uuid.New(), Kind: kind, Code: c.Code, Name: c.Name, CreatedAt: now}
			p.Versions = []PaperVersion{{PaperID: p.ID, Version: c.Version, State: PaperPublished, Body: c.PaperBody, CreatedAt: now, UpdatedAt: now, PublishedAt: now}}
			out = append(out, p)
		}
	}
	return out, nil
}

func readShipped(name string, into any) error {
	raw, err := shipped.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read shipped content %s: %w", name, err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read shipped content %s: %w", name, err)
	}
	return nil
}

// ShippedPrograms are the programs that a house can start with on its first
// day, with the defaults of the rules and their papers. Their ids are new; the
// code is what they are recognised by.
func ShippedPrograms(now time.Time) ([]Program, error) {
	papers, err := ShippedPapers(now)
	if err != nil {
		return nil, err
	}
	find := func(kind PaperKind, code string) PaperVersion {
		for _, p := range papers {
			if p.Kind == kind && p.Code == code {
				return p.Versions[0]
			}
		}
		return PaperVersion{}
	}
	var list []shippedProgram
	if err := readShipped("content/programs.json", &list); err != nil {
		return nil, err
	}
	out := make([]Program, 0, len(list))
	for _, c := range list {
		p := DefaultProgram(c.Code, c.Name, now)
		p.QuestionnaireCode, p.ScriptCode, p.FormCode, p.ContentKinds = c.Questionnaire, c.Script, c.Form, c.Kinds
		p.Questionnaire, p.Script = find(PaperQuestionnaire, c.Questionnaire).Questionnaire(), find(PaperScript, c.Script).Script()
		p.Form = find(PaperForm, c.Form).Questionnaire()
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("read shipped program %s: %w", c.Code, err)
		}
		out = append(out, p)
	}
	return out, nil
}

// DefaultProgram has the settings that the rules ship: T-02 to T-05, T-09, T-12, T-13.
func DefaultProgram(code string, name Words, now time.Time) Program {
	return Program{
		ID: uuid.New(), Code: code, NameZH: name.Chinese, NameEN: name.English, MinRing: 20 * time.Second, MaxRing: 45 * time.Second,
		MinAttempts: 3, Spacing: 2 * time.Hour, Windows: DefaultWindows(), GovernmentWindows: DefaultGovernmentWindows(), Calendar: calendar.House, HoursVersion: 1,
		Retention: Retention{Years: 3, Basis: FromCallEnd}, ConfirmAgentHangup: true, RecordingNotice: true, CreatedAt: now,
		Pauses: call.PauseLimits{Longest: 3 * time.Minute, Number: 3, Total: 5 * time.Minute}, ShowMonitoring: true,
	}
}

// Check says what is wrong with a program. Rule T-04 cannot be met with one
// window only, so two different ones are asked for.
func (p Program) Check() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.Code == "" || p.NameZH == "" || p.NameEN == "" {
		bad("code and names are required")
	}
	if p.MinRing < 0 || p.MinRing > time.Minute || p.MaxRing <= p.MinRing {
		bad("ring times: minimum 0 to 60 s, maximum above it (Rule T-03)")
	}
	if p.MinAttempts < 1 || p.Spacing < 0 || p.Spacing > 12*time.Hour || p.Retention.Years < 3 {
		bad("attempts at least 1, spacing 0 to 12 h (Rule T-04), retention at least 3 years (Rule T-02)")
	}
	if l := p.Pauses; l.Longest < 0 || l.Longest > 10*time.Minute || l.Number < 0 || l.Number > 20 || l.Total < 0 || l.Total > 30*time.Minute {
		bad("secure pauses: at most 10 min each, 20 in number, 30 min together (Rule T-13)")
	}
	for name, w := range map[string]Windows{"windows": p.Windows, "government windows": p.GovernmentWindows} {
		if p.MinAttempts > 1 && len(w.Default) < 2 {
			bad("%s: two are needed for attempts at different times (Rule T-04)", name)
		}
	}
	if len(p.Script.Chinese) == 0 || len(p.Script.Chinese) != len(p.Script.English) {
		bad("script: both languages must have the same parts")
	}
	if _, ok := knownKinds(p.ContentKinds); !ok {
		bad("content kinds: %v (Rule C-13)", p.ContentKinds)
	}
	errs = append(errs, p.Questionnaire.Check()...)
	return errors.Join(errs...)
}
