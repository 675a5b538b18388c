package callback

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
)

// Languages that content ships in; the first is the default (Rule T-11).
const (
	LanguageChinese = "zh-CN"
	LanguageEnglish = "en"
)

// Program is a kind of call-back with its settings and words. The JSON form of
// Windows, Script and Questionnaire is what the schema's jsonb columns hold.
type Program struct {
	ID                 uuid.UUID
	Code               string
	NameZH             string
	NameEN             string
	MinRing            time.Duration    // Rule T-03
	MaxRing            time.Duration    // Rule T-03
	MinAttempts        int              // Rule T-04
	Spacing            time.Duration    // Rule T-04
	Windows            Windows          // Rule T-05
	GovernmentWindows  Windows          // Rule T-05
	Retention          Retention        // Rule T-02
	CallerIDs          []string         // Rule T-14: what may be shown, the first that a trunk has; none: the trunk's own
	ConfirmAgentHangup bool             // Rule T-09
	RecordingNotice    bool             // Rule T-12
	Pauses             call.PauseLimits // Rule T-13
	ShowMonitoring     bool             // agents see that a supervisor listens
	Script             Script
	Questionnaire      Questionnaire
	CreatedAt          time.Time
}

// WindowsFor gives the windows of a customer (Rule T-05).
func (p Program) WindowsFor(government bool) Windows {
	if government {
		return p.GovernmentWindows
	}
	return p.Windows
}

// Script is what the agent says, per language.
type Script struct {
	Version int          `json:"version"`
	Chinese []ScriptPart `json:"zh-CN"`
	English []ScriptPart `json:"en"`
}

// ScriptPart is one paragraph. Text holds placeholders like {customer}.
type ScriptPart struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Words is a text in the languages that ship.
type Words struct {
	Chinese string `json:"zh-CN"`
	English string `json:"en"`
}

// In gives the text of a language, Chinese when it is not English.
func (w Words) In(language string) string {
	if isEnglish(language) {
		return w.English
	}
	return w.Chinese
}
