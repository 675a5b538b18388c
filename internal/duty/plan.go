package duty

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"huifang/internal/calendar"
	"huifang/internal/customer"
)

// Horizon is how far ahead days of the calendar are planned, in days. What an
// event brings is planned at once, however far away it is.
const Horizon = 45

// mostRepeats ends what would be repeated for ever.
const mostRepeats = 100

// Window is the days that a plan is made for, both included.
type Window struct{ From, Until calendar.Date }

// Planner says what is owed. It may be used by many goroutines.
type Planner struct {
	Calendar calendar.Calendar
	Moon     Moon
}

// Plan gives what the rules find that a customer is owed, and the day on which
// to ask again although nothing has happened; zero: never.
func (p Planner) Plan(rules []Rule, f Facts, w Window) (owed []Owed, wake calendar.Date) {
	m := &making{Planner: p, f: f, w: w, contracts: contractsOf(f.Events)}
	for _, r := range rules {
		if len(r.Versions) == 0 {
			continue
		}
		m.rule = r
		switch r.Latest().Settings.Trigger {
		case OnEvent:
			m.events()
		case OnLastContact:
			m.lastContact()
		case OnBirthday, OnFestival:
			m.days()
		case OnMonth:
			m.months()
		}
		for _, v := range r.Versions {
			if w.From.Before(v.From) && v.Settings.Trigger != OnEvent {
				m.wakeOn(v.From)
			}
		}
	}
	return m.owed, m.wake
}

// making is a plan being made.
type making struct {
	Planner
	f         Facts
	w         Window
	contracts []span
	rule      Rule
	owed      []Owed
	wake      calendar.Date
}

func (m *making) wakeOn(d calendar.Date) {
	if m.w.From.Before(d) && (m.wake.IsZero() || d.Before(m.wake)) {
		m.wake = d
	}
}

// span is a contract's life: to its termination or its last day, zero: it goes on.
type span struct{ from, until calendar.Date }

func (s span) at(d calendar.Date) bool {
	return !d.Before(s.from) && (s.until.IsZero() || !s.until.Before(d))
}

func contractsOf(events []Event) []span {
	var out []span
	for _, e := range events {
		if e.Kind != "contract_signed" {
			continue
		}
		s := span{from: e.On}
		if !e.StartsOn.IsZero() {
			s.from = e.StartsOn
		}
		for _, x := range events {
			ends := x.Kind == "contract_terminated" || x.Kind == "contract_expires"
			if ends && x.ContractID == e.ContractID && (e.ContractID != uuid.Nil || !x.On.Before(e.On)) && (s.until.IsZero() || x.On.Before(s.until)) {
				s.until = x.On
			}
		}
		out = append(out, s)
	}
	return out
}

// concerns says whether a version speaks of the customer on that day.
func (m *making) concerns(s Settings, d calendar.Date) bool {
	return s.Enabled &&
		(len(s.Kinds) == 0 || slices.Contains(s.Kinds, m.f.Kind)) &&
		(len(s.Grades) == 0 || slices.Contains(s.Grades, m.f.Grade)) &&
		m.f.AmountCents >= s.MinCents && // Rule C-11
		(!s.RunningContract || slices.ContainsFunc(m.contracts, func(c span) bool { return c.at(d) }))
}

// events: what happened is owed by the version of the day on which it happened.
func (m *making) events() {
	for _, e := range m.f.Events {
		v, ok := m.rule.at(e.On)
		s := v.Settings
		if !ok || !slices.Contains(s.Events, e.Kind) || !m.concerns(s, e.On) {
			continue
		}
		subject := e.ID
		if s.BeforeCommissioning && e.EquipmentID != uuid.Nil { // Rule C-06: once for the equipment, whether it arrived or was installed first
			if m.earlier(e, s) {
				continue
			}
			subject = e.EquipmentID
		}
		var notBefore calendar.Date
		if s.CoolingOff { // Rule C-03
			if until := e.CoolingOffUntil; !until.IsZero() {
				notBefore = until.AddDays(1)
			} else if s.CoolingOffDays > 0 {
				notBefore = e.On.AddDays(s.CoolingOffDays + 1)
			}
		}
		n := len(s.Stages)
		for i := range n + mostRepeats {
			base, stage := e.On, s.Stages[min(i, n-1)]
			if i >= n {
				if s.Repeat == nil {
					break
				}
				base = s.Repeat.times(i-n+1).After(e.On, m.Calendar)
			}
			o := m.stage(v, stage, base, notBefore)
			o.Subject, o.EventID, o.Occurrence = subject, e.ID, strconv.Itoa(i+1)
			if s.BeforeCommissioning && !e.CommissioningOn.IsZero() { // Rule C-06
				o.Hard = later(e.CommissioningOn.AddDays(-1), o.Due)
				if o.Hard.Before(o.Soft) {
					o.Soft = o.Hard
				}
			}
			m.owed = append(m.owed, o)
			if i >= n && m.w.Until.Before(o.Due) { // one more than is needed now
				m.wakeOn(o.Due)
				break
			}
		}
	}
}

// earlier says that another such event of the equipment was before this one.
func (m *making) earlier(e Event, s Settings) bool {
	return slices.ContainsFunc(m.f.Events, func(x Event) bool {
		return x.EquipmentID == e.EquipmentID && x.ID != e.ID && slices.Contains(s.Events, x.Kind) &&
			(x.On.Before(e.On) || x.On == e.On && x.ID.String() < e.ID.String())
	})
}

// stage computes the days of one call-back.
func (m *making) stage(v Version, st Stage, base, notBefore calendar.Date) Owed {
	o := m.common(v)
	o.Base, o.NotBefore = base, notBefore
	o.Due = later(later(st.Due.After(base, m.Calendar), notBefore), v.From)
	anchor := later(base, notBefore)
	day := func(d *Deadline) calendar.Date {
		if d == nil {
			return calendar.Date{}
		}
		if d.From == FromDue {
			return d.After(o.Due, m.Calendar)
		}
		return later(d.After(anchor, m.Calendar), o.Due)
	}
	o.Soft, o.Hard = day(st.Soft), day(st.Hard)
	switch {
	case o.Soft.IsZero() && o.Hard.IsZero():
		o.Soft = o.Due
	case o.Soft.IsZero(), !o.Hard.IsZero() && o.Hard.Before(o.Soft):
		o.Soft = o.Hard
	}
	return o
}

// common fills in what does not depend on days.
func (m *making) common(v Version) Owed {
	s := v.Settings
	o := Owed{Key: Key{RuleID: m.rule.ID, Subject: m.f.ID}, CustomerID: m.f.ID, Version: v.N, GraceDays: s.GraceDays, Channel: s.Channel, Also: s.AlsoChannel,
		ProgramID: s.ProgramID, Priority: s.Priority, Purpose: s.Purpose.Chinese}
	if m.f.Language == "en" && s.Purpose.English != "" {
		o.Purpose = s.Purpose.English
	}
	if s.VisitFromCents > 0 && m.f.AmountCents >= s.VisitFromCents && o.Channel == Call { // Rule C-11
		o.Channel, o.Also = Visit, Call
	}
	if m.f.DoNotCall { // Rule C-14: the wish beats every rule
		if o.Channel == Call {
			o.Channel = instead(m.f.Instead)
		}
		if o.Also == Call || o.Also == o.Channel {
			o.Also = ""
		}
	}
	return o
}

// instead is the channel that the customer named, a letter if none.
func instead(c customer.Channel) Channel {
	if c == "" {
		return Letter
	}
	return Channel(c)
}

// lastContact: one call-back is owed so long after the last one. Rule C-04.
func (m *making) lastContact() {
	var base calendar.Date
	running := slices.DeleteFunc(slices.Clone(m.contracts), func(c span) bool { return !c.until.IsZero() && c.until.Before(m.w.From) })
	for i, c := range running {
		if i == 0 || c.from.Before(base) {
			base = c.from
		}
		if !c.until.IsZero() {
			m.wakeOn(c.until.AddDays(1))
		}
	}
	if len(m.contracts) > 0 && len(running) == 0 {
		return // they left: Rule C-27 is another rule
	}
	base = later(base, m.f.LastContact)
	n := 1
	for _, d := range m.f.Duties {
		if d.RuleID == m.rule.ID && d.State.Closed() {
			n++
			base = later(base, d.ClosedOn)
		}
	}
	if base.IsZero() {
		return
	}
	o, ok := m.newest(func(v Version) Owed { return m.stage(v, v.Settings.Stages[0], base, calendar.Date{}) }, func(o Owed, v Version) bool { return !o.Due.Before(v.From) && v.plain(o, base, m.Calendar) })
	if !ok { // it was due before the rule was there: due at once
		for _, v := range m.rule.Versions {
			if v.Settings.Enabled {
				o, ok = m.overdue(v, base), true
				break
			}
		}
	}
	if v := m.version(o.Version); !ok || !m.concerns(v.Settings, later(o.Due, m.w.From)) {
		return
	}
	o.Occurrence = strconv.Itoa(n)
	m.owed = append(m.owed, o)
}

// plain says that the due day was not moved to the version's first day.
func (v Version) plain(o Owed, base calendar.Date, cal calendar.Calendar) bool {
	return o.Due == v.Settings.Stages[0].Due.After(base, cal)
}

// overdue shifts what was due before the rule began to its first day.
func (m *making) overdue(v Version, base calendar.Date) Owed {
	st := v.Settings.Stages[0]
	due := st.Due.After(base, m.Calendar)
	shift := max(daysBetween(due, v.From), 0)
	o := m.stage(v, st, base, calendar.Date{})
	moved := func(d *Deadline) calendar.Date {
		if d == nil {
			return calendar.Date{}
		}
		from := base
		if d.From == FromDue {
			from = due
		}
		return d.After(from, m.Calendar).AddDays(shift)
	}
	soft, hard := moved(st.Soft), moved(st.Hard)
	o.Hard = hard
	if o.Soft = soft; soft.IsZero() {
		o.Soft = later(hard, o.Due)
	}
	return o
}

func (m *making) version(n int) Version {
	for _, v := range m.rule.Versions {
		if v.N == n {
			return v
		}
	}
	return Version{}
}

// newest takes the latest version that accepts what it makes itself.
func (m *making) newest(f func(Version) Owed, accept func(Owed, Version) bool) (Owed, bool) {
	for _, v := range slices.Backward(m.rule.Versions) {
		if o := f(v); accept(o, v) {
			return o, true
		}
	}
	return Owed{}, false
}

// day takes a call-back of a day of the calendar into the plan, if its time has come.
func (m *making) day(occurrence string, f func(Version) Owed) {
	o, ok := m.newest(f, func(o Owed, v Version) bool { return !o.Deadline().Before(v.From) })
	if !ok || o.Deadline().Before(m.w.From) || !m.concerns(m.version(o.Version).Settings, o.Due) {
		return
	}
	if m.w.Until.Before(o.Due) {
		m.wakeOn(o.Due.AddDays(-daysBetween(m.w.From, m.w.Until)))
		return
	}
	o.Occurrence = occurrence
	m.owed = append(m.owed, o)
}

// days are birthdays and festivals. Rule M-03.
func (m *making) days() {
	for year := m.w.From.Year; year <= m.w.Until.Year+1; year++ {
		if m.rule.Latest().Settings.Trigger == OnBirthday {
			if !m.f.Birthday.IsZero() {
				m.day(strconv.Itoa(year), func(v Version) Owed {
					return m.stage(v, v.Settings.Stages[0], birthdayIn(m.f.Birthday, year), calendar.Date{})
				})
			}
			continue
		}
		for _, festival := range Festivals() {
			on, known := m.Moon.Day(festival, year)
			if !known {
				continue
			}
			m.day(fmt.Sprintf("%d-%s", year, festival), func(v Version) Owed {
				o := m.stage(v, v.Settings.Stages[0], on, calendar.Date{})
				if !slices.Contains(v.Settings.Festivals, festival) {
					o.Hard, o.Soft = calendar.Date{Year: 1}, calendar.Date{Year: 1} // before every version: not taken
				}
				return o
			})
		}
	}
}

// months: the month has as many parts as call-backs; each is due in its part,
// and all of them by the end of the month. Rule C-09.
func (m *making) months() {
	first := calendar.Date{Year: m.w.From.Year, Month: m.w.From.Month, Day: 1}
	last := addMonths(calendar.Date{Year: m.w.Until.Year, Month: m.w.Until.Month, Day: 1}, 1)
	for ; !last.Before(first); first = addMonths(first, 1) {
		days := daysIn(first.Year, first.Month)
		for i := range m.rule.Latest().Settings.PerMonth {
			m.day(fmt.Sprintf("%04d-%02d/%d", first.Year, int(first.Month), i+1), func(v Version) Owed {
				o, n := m.common(v), v.Settings.PerMonth
				o.Base, o.Hard = first, first.AddDays(days-1)
				if i >= n {
					o.Soft, o.Hard = calendar.Date{Year: 1}, calendar.Date{Year: 1}
					return o
				}
				o.Soft = first.AddDays((i+1)*days/n - 1)
				o.Due = later(first.AddDays(i*days/n), v.From)
				since := m.f.Since
				if v.Settings.RunningContract {
					since = calendar.Date{}
					o.Due = m.beginning(o.Due, o.Soft)
				}
				if o.Soft.Before(later(v.From, since)) {
					o.Soft, o.Hard = calendar.Date{Year: 1}, calendar.Date{Year: 1}
				}
				return o
			})
		}
	}
	for _, c := range m.contracts {
		if m.rule.Latest().Settings.RunningContract {
			m.wakeOn(c.from)
			m.wakeOn(c.until.AddDays(1))
		}
	}
}

// beginning is the day on which a contract begins that runs within a part of the
// month, when none does at its first day.
func (m *making) beginning(due, soft calendar.Date) calendar.Date {
	from := calendar.Date{}
	for _, c := range m.contracts {
		if c.at(due) {
			return due
		}
		if due.Before(c.from) && !soft.Before(c.from) && (from.IsZero() || c.from.Before(from)) {
			from = c.from
		}
	}
	return later(due, from)
}

// midnight is when a day begins in a zone.
func midnight(d calendar.Date, loc *time.Location) time.Time { return d.At(0, loc).UTC() }
