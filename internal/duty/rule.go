package duty

import (
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
	"huifang/internal/dealing"
)

// Trigger is what makes a duty due.
type Trigger string

// The triggers.
const (
	OnEvent       Trigger = "event"        // one of Events happens
	OnLastContact Trigger = "last_contact" // the last completed call-back, or else the start of a running contract, is so long ago (Rule C-04)
	OnBirthday    Trigger = "birthday"     // Rule M-03
	OnFestival    Trigger = "festival"     // Rule M-03
	OnMonth       Trigger = "monthly"      // n times a month (Rule C-09)
)

// Triggers lists the closed set.
func Triggers() []Trigger {
	return []Trigger{OnEvent, OnLastContact, OnBirthday, OnFestival, OnMonth}
}

// Channel is how the customer is served (Rules C-11, C-14, C-26).
type Channel string

// The channels.
const (
	Call   Channel = "call"
	Visit  Channel = "visit"
	SMS    Channel = "sms"
	Email  Channel = "email"
	Letter Channel = "letter"
)

// Channels lists the closed set.
func Channels() []Channel { return []Channel{Call, Visit, SMS, Email, Letter} }

// Anchor is what a deadline counts from.
type Anchor string

// The anchors. Where a cooling-off ends after the event, its end takes the
// event's place (Rule C-03).
const (
	FromEvent Anchor = "event"
	FromDue   Anchor = "due"
)

// Deadline is a day by which a duty is to be done.
type Deadline struct {
	Offset
	From Anchor `json:"from"`
}

// Stage is one of the call-backs that an event brings.
type Stage struct {
	Due  Offset    `json:"due"`
	Soft *Deadline `json:"soft,omitempty"` // nil: as hard, or the day it is due
	Hard *Deadline `json:"hard,omitempty"` // nil: none
}

// Words is a text in both languages.
type Words struct {
	Chinese string `json:"zh-CN"`
	English string `json:"en"`
}

// Settings are what a version of a rule says. The JSON form is what the schema's
// jsonb column holds.
type Settings struct {
	Enabled             bool            `json:"enabled"`
	Trigger             Trigger         `json:"trigger"`
	Events              []dealing.Kind  `json:"events,omitempty"`    // of OnEvent
	Festivals           []Festival      `json:"festivals,omitempty"` // of OnFestival
	PerMonth            int             `json:"per_month,omitempty"` // of OnMonth: spread over the month
	Stages              []Stage         `json:"stages,omitempty"`    // several of OnEvent, none of OnMonth, otherwise one
	Repeat              *Offset         `json:"repeat,omitempty"`    // of OnEvent: after the last stage, again and again
	CoolingOff          bool            `json:"cooling_off,omitempty"`
	CoolingOffDays      int             `json:"cooling_off_days,omitempty"`     // where the contract names no day
	BeforeCommissioning bool            `json:"before_commissioning,omitempty"` // Rule C-06: the hard deadline is the day before it, once it is known
	RunningContract     bool            `json:"running_contract,omitempty"`     // only customers who have one
	GraceDays           int             `json:"grace_days,omitempty"`           // after the deadline, still in time
	Channel             Channel         `json:"channel"`
	AlsoChannel         Channel         `json:"also_channel,omitempty"`     // allowed in its place
	VisitFromCents      int64           `json:"visit_from_cents,omitempty"` // Rule C-11: from this amount on it is a visit, and a call is allowed
	MinCents            int64           `json:"min_cents,omitempty"`        // only customers whose contracts amount to it
	ProgramID           uuid.UUID       `json:"program_id"`
	Priority            int             `json:"priority"` // 1 first, 9 last
	Kinds               []customer.Kind `json:"kinds,omitempty"`
	Grades              []string        `json:"grades,omitempty"`
	TargetPercent       int             `json:"target_percent"` // Rule R-03
	Purpose             Words           `json:"purpose"`
}

// Version is a rule's settings from a day on.
type Version struct {
	N          int
	From       calendar.Date // of the event, or for days of the calendar that of the duty
	Settings   Settings
	Reason     string
	MadeBy     uuid.UUID
	MadeByName string // set on reading
	MadeAt     time.Time
}

// Rule is a duty rule with its versions, oldest first. None is ever altered.
type Rule struct {
	ID        uuid.UUID
	Code      string
	Name      Words
	Versions  []Version
	CreatedAt time.Time
}

// Latest is the version that was made last.
func (r Rule) Latest() Version { return r.Versions[len(r.Versions)-1] }

// at gives the version that applies to a day; ok is false before the first one.
func (r Rule) at(d calendar.Date) (v Version, ok bool) {
	for _, x := range r.Versions {
		if !d.Before(x.From) {
			v, ok = x, true
		}
	}
	return v, ok
}
