package callback

import (
	"slices"
	"time"

	"huifang/internal/calendar"
)

// Spans of rules that are not settings.
const (
	appointmentBefore = 10 * time.Minute // Rule C-24: so early an appointment's call may begin
	appointmentAfter  = 30 * time.Minute // Rule C-24: so late
	searchDays        = 60               // how far ahead a permitted time is looked for
	usefulOpening     = 10 * time.Minute // a proposal shorter than this is passed over when a longer one follows
	day               = 24 * time.Hour
)

// Plan is what the permitted times of a task follow from (Rules T-04, T-05).
type Plan struct {
	Windows  Windows
	Calendar calendar.Calendar
	Zone     *time.Location // of the customer
	Marks    []Mark         // all attempts, oldest first
	Needed   int            // attempts that must count
	Spacing  time.Duration  // clear of the clock time of the last failure
}

// Opening is a span of time in which a task may be dialled, within one slot.
type Opening struct {
	Slot        Slot
	From, Until time.Time
}

// holds reports whether t lies in the opening.
func (o Opening) holds(t time.Time) bool { return !t.Before(o.From) && t.Before(o.Until) }

// counted gives the attempts that count.
func (p Plan) counted() []Mark {
	return slices.DeleteFunc(slices.Clone(p.Marks), func(m Mark) bool { return !m.Counted })
}

// usedUp gives the window that the last needed attempt must not lie in,
// because all counted ones do: "at least one of the three lies in the other
// window". Empty: any window will do. Rule T-04.
func (p Plan) usedUp(counted []Mark) string {
	if p.Needed < 2 || len(counted) < p.Needed-1 {
		return ""
	}
	for _, m := range counted[1:] {
		if m.Slot.Window != counted[0].Slot.Window {
			return ""
		}
	}
	return counted[0].Slot.Window
}

// clockOf is the time on the wall.
func clockOf(t time.Time, loc *time.Location) time.Duration {
	h, m, s := t.In(loc).Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
}

// clear reports whether two times on the wall are at least gap apart, around midnight too.
func clear(a, b, gap time.Duration) bool {
	d := (a - b).Abs()
	return min(d, day-d) >= gap
}

// lastFailure is the latest counted attempt: the customer did not come to the
// telephone then. Calls that never reached the customer's phone do not count.
func lastFailure(counted []Mark) (Mark, bool) {
	if len(counted) == 0 {
		return Mark{}, false
	}
	return counted[len(counted)-1], true
}

// subtract takes what is nearer than the spacing to the clock time of the last
// failure out of a window. Rule T-04.
func (p Plan) subtract(r Range, counted []Mark) []Range {
	last, ok := lastFailure(counted)
	if !ok || p.Spacing <= 0 {
		return []Range{r}
	}
	at := clockOf(last.DialedAt, p.Zone)
	out := []Range{r}
	for _, centre := range []time.Duration{at - day, at, at + day} {
		var left []Range
		for _, x := range out {
			lo, hi := centre-p.Spacing, centre+p.Spacing
			if hi <= x.From || lo >= x.To {
				left = append(left, x)
				continue
			}
			if x.From < lo {
				left = append(left, Range{x.From, lo})
			}
			if hi < x.To {
				left = append(left, Range{hi, x.To})
			}
		}
		out = left
	}
	return out
}

// On gives the openings of one day, in order. Rules T-04, T-05.
func (p Plan) On(d calendar.Date) []Opening {
	if !p.Calendar.WorkingDay(d) {
		return nil
	}
	counted := p.counted()
	usedUp := p.usedUp(counted)
	var out []Opening
	for _, r := range p.Windows.On(d.Weekday()) {
		slot := Slot{Date: d, Window: r.String()}
		if slot.Window == usedUp || slices.ContainsFunc(counted, func(m Mark) bool { return m.Slot == slot }) {
			continue
		}
		for _, part := range p.subtract(r, counted) {
			// "Clear by two hours" holds at exactly two hours: From of a part is allowed.
			out = append(out, Opening{Slot: slot, From: d.At(part.From, p.Zone), Until: d.At(part.To, p.Zone)})
		}
	}
	return out
}

// Next gives the first opening that ends after t, cut to begin at t; false
// when there is none within sixty days.
func (p Plan) Next(t time.Time) (Opening, bool) {
	first := calendar.DateOf(t.In(p.Zone))
	for i := range searchDays {
		for _, o := range p.On(first.AddDays(i)) {
			if !o.Until.After(t) {
				continue
			}
			if o.From.Before(t) {
				o.From = t
			}
			return o, true
		}
	}
	return Opening{}, false
}

// windowAt gives the permitted window that t lies in, whatever attempts there
// have been. Rule T-05.
func (p Plan) windowAt(t time.Time) (Slot, Range, bool) {
	d := calendar.DateOf(t.In(p.Zone))
	if !p.Calendar.WorkingDay(d) {
		return Slot{}, Range{}, false
	}
	at := clockOf(t, p.Zone)
	for _, r := range p.Windows.On(d.Weekday()) {
		if at >= r.From && at < r.To {
			return Slot{Date: d, Window: r.String()}, r, true
		}
	}
	return Slot{}, Range{}, false
}

// nextWindow gives when the next permitted window begins, whatever attempts
// there have been; t itself when it lies in one. Rule T-05.
func (p Plan) nextWindow(t time.Time) time.Time {
	o, ok := Plan{Windows: p.Windows, Calendar: p.Calendar, Zone: p.Zone, Needed: 1}.Next(t)
	if !ok {
		return time.Time{}
	}
	return o.From
}

// Proposal is where the next attempt is placed (Rule T-04).
type Proposal struct {
	Slot        Slot
	From, Until time.Time
	// Late says that no permitted time is left before the hard deadline.
	Late bool
}

// NextSlot proposes the next attempt: the earliest permitted opening after
// now, longer than a few minutes when such a one begins before the hard
// deadline. hardDue may be zero. False when nothing is permitted within sixty
// days. Rules T-04, T-05.
func NextSlot(p Plan, now, hardDue time.Time) (Proposal, bool) {
	first, ok := p.Next(now)
	if !ok {
		return Proposal{}, false
	}
	choice := first
	if first.Until.Sub(first.From) < usefulOpening {
		if second, ok := p.Next(first.Until); ok && (hardDue.IsZero() || second.From.Before(hardDue)) {
			choice = second
		}
	}
	out := Proposal{Slot: choice.Slot, From: choice.From, Until: choice.Until}
	if !hardDue.IsZero() {
		switch {
		case !choice.From.Before(hardDue):
			out.Late = true
		case choice.Until.After(hardDue):
			out.Until = hardDue
		}
	}
	return out, true
}

// appointmentSpan is when an appointment's call may be made (Rule C-24).
func appointmentSpan(at time.Time) (from, until time.Time) {
	return at.Add(-appointmentBefore), at.Add(appointmentAfter)
}

// appointmentNow reports whether an appointment allows a call now. Rule C-24.
func appointmentNow(at, now time.Time) bool {
	if at.IsZero() {
		return false
	}
	from, until := appointmentSpan(at)
	return !now.Before(from) && !now.After(until)
}
