package callback

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"huifang/internal/call"
	"huifang/internal/customer"
)

// Languages that content ships in; the first is the default (Rule T-11).
const (
	LanguageChinese = "zh-CN"
	LanguageEnglish = "en"
)

// Program is a kind of call-back with its settings and words. The JSON form of
// Windows is what the schema's jsonb columns hold.
type Program struct {
	ID                 uuid.UUID
	Code               string
	NameZH             string
	NameEN             string
	MinRing            time.Duration // Rule T-03
	MaxRing            time.Duration // Rule T-03
	MinAttempts        int           // Rule T-04
	Spacing            time.Duration // Rule T-04
	Windows            Windows       // Rule T-05
	GovernmentWindows  Windows       // Rule T-05
	HoursGroups        []HoursGroup  // Rule T-05: the first that holds the customer counts
	Calendar           string        // Rule T-05: code; empty: that of the house
	HoursVersion       int
	Consent            customer.ConsentPurpose // Rule T-14; empty: none is asked for
	Progressive        bool                    // the next card opens by itself after wrap-up
	Retention          Retention               // Rule T-02
	CallerIDs          []string                // Rule T-14: what may be shown, the first that a trunk has; none: the trunk's own
	ConfirmAgentHangup bool                    // Rule T-09
	RecordingNotice    bool                    // Rule T-12
	Pauses             call.PauseLimits        // Rule T-13
	ShowMonitoring     bool                    // agents see that a supervisor listens
	ContentKinds       []ContentKind           // Rule C-13: what kinds of talk it is for
	QuestionnaireID    uuid.UUID               // the papers that it points to, uuid.Nil: none; on reading, their published versions are below
	ScriptID           uuid.UUID
	FormID             uuid.UUID
	QuestionnaireCode  string // of the paper to point to when the program is made; empty: its own code
	ScriptCode         string
	FormCode           string // empty: no form
	Script             Script
	Questionnaire      Questionnaire
	Form               Questionnaire // what its records say beside Rule C-01 (Rule C-10)
	CreatedAt          time.Time
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

// ContentKind is what kind of talk a call-back is (Rule C-13).
type ContentKind string

// The kinds of content.
const (
	ContentExplain  ContentKind = "explain"
	ContentAnnounce ContentKind = "announce"
	ContentCare     ContentKind = "care"
	ContentMediate  ContentKind = "mediate"
	ContentSuggest  ContentKind = "suggest"
	ContentGuide    ContentKind = "guide"
)

// ContentKinds lists the closed set.
func ContentKinds() []ContentKind {
	return []ContentKind{ContentExplain, ContentAnnounce, ContentCare, ContentMediate, ContentSuggest, ContentGuide}
}

// knownKinds gives the kinds in the order of the set, each once; false when one
// is none of them.
func knownKinds(kinds []ContentKind) ([]ContentKind, bool) {
	out := []ContentKind{}
	for _, k := range ContentKinds() {
		if slices.Contains(kinds, k) {
			out = append(out, k)
		}
	}
	return out, !slices.ContainsFunc(kinds, func(k ContentKind) bool { return !slices.Contains(out, k) })
}
