package callback

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

//go:embed content/*.json
var shipped embed.FS

// content is a shipped program as its file has it.
type content struct {
	Code          string        `json:"code"`
	Name          Words         `json:"name"`
	Script        Script        `json:"script"`
	Questionnaire Questionnaire `json:"questionnaire"`
}

// ShippedPrograms are the programs that a house can start with on its first
// day, with the defaults of the rules. Their ids are new; the code is what
// they are recognised by.
func ShippedPrograms(now time.Time) ([]Program, error) {
	files, err := shipped.ReadDir("content")
	if err != nil {
		return nil, fmt.Errorf("read shipped programs: %w", err)
	}
	out := make([]Program, 0, len(files))
	for _, f := range files {
		raw, err := shipped.ReadFile(path.Join("content", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read shipped program %s: %w", f.Name(), err)
		}
		var c content
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("read shipped program %s: %w", f.Name(), err)
		}
		p := DefaultProgram(c.Code, c.Name, now)
		p.Script, p.Questionnaire = c.Script, c.Questionnaire
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("read shipped program %s: %w", f.Name(), err)
		}
		out = append(out, p)
	}
	return out, nil
}

// DefaultProgram has the settings that the rules ship: T-02 to T-05, T-09, T-12, T-13.
func DefaultProgram(code string, name Words, now time.Time) Program {
	return Program{
		ID: uuid.New(), Code: code, NameZH: name.Chinese, NameEN: name.English, MinRing: 20 * time.Second, MaxRing: 45 * time.Second,
		MinAttempts: 3, Spacing: 2 * time.Hour, Windows: DefaultWindows(), GovernmentWindows: DefaultGovernmentWindows(),
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
	errs = append(errs, p.Questionnaire.Check()...)
	return errors.Join(errs...)
}
