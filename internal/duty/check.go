package duty

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"huifang/internal/customer"
	"huifang/internal/dealing"
	"huifang/internal/problem"
)

// Limits of rules.
const (
	maxOffset   = 3660
	maxStages   = 20
	maxPerMonth = 10
	maxName     = 200
	maxPurpose  = 500
	maxReason   = 2000
	maxCents    = 1_000_000_000_000_000
)

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)

type checker struct{ wrong []problem.Field }

func (c *checker) bad(at, format string, args ...any) {
	c.wrong = append(c.wrong, problem.Field{Location: at, Message: fmt.Sprintf(format, args...)})
}

func among[S ~string](c *checker, at string, v S, all []S) {
	if !slices.Contains(all, v) {
		c.bad(at, "must be one of %s", join(all))
	}
}

func join[S ~string](all []S) string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = string(v)
	}
	return strings.Join(out, ", ")
}

func eachOf[S ~string](c *checker, at string, vs, all []S) {
	for i, v := range vs {
		among(c, fmt.Sprintf("%s[%d]", at, i), v, all)
		if slices.Index(vs, v) != i {
			c.bad(fmt.Sprintf("%s[%d]", at, i), "is there twice")
		}
	}
}

func (c *checker) offset(at string, o Offset) {
	among(c, at+".unit", o.Unit, Units())
	if o.N < -maxOffset || o.N > maxOffset {
		c.bad(at+".n", "must lie between %d and %d", -maxOffset, maxOffset)
	}
}

// Check says what is wrong with the settings; the locations are their JSON paths.
func (s Settings) Check() []problem.Field {
	c := &checker{}
	among(c, "trigger", s.Trigger, Triggers())
	c.stages(s)
	eachOf(c, "events", s.Events, dealing.Kinds())
	eachOf(c, "festivals", s.Festivals, Festivals())
	eachOf(c, "kinds", s.Kinds, customer.Kinds())
	if on := s.Trigger == OnEvent; on != (len(s.Events) > 0) {
		c.bad("events", "name what happens, for the trigger event and no other")
	}
	if on := s.Trigger == OnFestival; on != (len(s.Festivals) > 0) {
		c.bad("festivals", "name the days, for the trigger festival and no other")
	}
	if s.Trigger == OnMonth && (s.PerMonth < 1 || s.PerMonth > maxPerMonth) {
		c.bad("per_month", "must lie between 1 and %d", maxPerMonth)
	} else if s.Trigger != OnMonth && s.PerMonth != 0 {
		c.bad("per_month", "is for the trigger monthly only")
	}
	if s.Repeat != nil {
		c.offset("repeat", *s.Repeat)
		if s.Trigger != OnEvent || s.Repeat.N < 1 || !slices.Contains([]Unit{Day, Month, Year}, s.Repeat.Unit) {
			c.bad("repeat", "is for the trigger event, a positive number of days, months or years")
		}
	}
	if (s.CoolingOff || s.BeforeCommissioning || s.CoolingOffDays != 0) && s.Trigger != OnEvent {
		c.bad("cooling_off", "cooling-off and commissioning are for the trigger event only")
	}
	if s.CoolingOffDays < 0 || s.CoolingOffDays > 365 {
		c.bad("cooling_off_days", "must lie between 0 and 365")
	}
	if s.GraceDays < 0 || s.GraceDays > 365 {
		c.bad("grace_days", "must lie between 0 and 365")
	}
	among(c, "channel", s.Channel, Channels())
	if s.AlsoChannel != "" {
		among(c, "also_channel", s.AlsoChannel, Channels())
		if s.AlsoChannel == s.Channel {
			c.bad("also_channel", "is the channel itself")
		}
	}
	for at, v := range map[string]int64{"visit_from": s.VisitFromCents, "min_amount": s.MinCents} {
		if v < 0 || v > maxCents {
			c.bad(at, "must lie between 0 and %d", maxCents/100)
		}
	}
	if s.ProgramID == uuid.Nil {
		c.bad("program_id", "is required")
	}
	if s.Priority < 1 || s.Priority > 9 {
		c.bad("priority", "must lie between 1 and 9")
	}
	if s.TargetPercent < 1 || s.TargetPercent > 100 {
		c.bad("target_percent", "must lie between 1 and 100")
	}
	for i, g := range s.Grades {
		if strings.TrimSpace(g) == "" || len(g) > 20 {
			c.bad(fmt.Sprintf("grades[%d]", i), "must have 1 to 20 bytes")
		}
	}
	for at, v := range map[string]string{"purpose.zh-CN": s.Purpose.Chinese, "purpose.en": s.Purpose.English} {
		if strings.TrimSpace(v) == "" || len(v) > maxPurpose {
			c.bad(at, "must have 1 to %d bytes", maxPurpose)
		}
	}
	slices.SortFunc(c.wrong, func(a, b problem.Field) int { return strings.Compare(a.Location, b.Location) })
	return c.wrong
}

func (c *checker) stages(s Settings) {
	switch {
	case s.Trigger == OnMonth && len(s.Stages) > 0:
		c.bad("stages", "the trigger monthly has none: each part of the month is one")
	case s.Trigger == OnEvent && (len(s.Stages) < 1 || len(s.Stages) > maxStages):
		c.bad("stages", "must be 1 to %d", maxStages)
	case s.Trigger != OnEvent && s.Trigger != OnMonth && len(s.Stages) != 1:
		c.bad("stages", "must be one")
	}
	for i, st := range s.Stages {
		at := fmt.Sprintf("stages[%d].", i)
		c.offset(at+"due", st.Due)
		for name, d := range map[string]*Deadline{"soft": st.Soft, "hard": st.Hard} {
			if d != nil {
				c.offset(at+name, d.Offset)
				among(c, at+name+".from", d.From, []Anchor{FromEvent, FromDue})
			}
		}
	}
}

// checkName says what is wrong with a rule's code and names.
func checkName(code string, name Words) []problem.Field {
	c := &checker{}
	if !codeForm.MatchString(code) {
		c.bad("code", "must be small letters, digits and dashes, at most 64")
	}
	for at, v := range map[string]string{"name.zh-CN": name.Chinese, "name.en": name.English} {
		if strings.TrimSpace(v) == "" || len(v) > maxName {
			c.bad(at, "must have 1 to %d bytes", maxName)
		}
	}
	return c.wrong
}
