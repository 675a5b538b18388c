package callback

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Range is a span of the clock on the wall, From included, To excluded, as
// time since midnight. Its text form is "10:00-11:00", which is also the
// window word of a [Slot].
type Range struct{ From, To time.Duration }

func (r Range) String() string { return clockText(r.From) + "-" + clockText(r.To) }

func clockText(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d/time.Hour), int(d%time.Hour/time.Minute))
}

// ParseRange reads "10:00-11:00"; 24:00 is allowed as the end.
func ParseRange(s string) (Range, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return Range{}, fmt.Errorf("parse window %q: want hh:mm-hh:mm", s)
	}
	f, err := parseClock(from)
	if err != nil {
		return Range{}, fmt.Errorf("parse window %q: %w", s, err)
	}
	t, err := parseClock(to)
	if err != nil {
		return Range{}, fmt.Errorf("parse window %q: %w", s, err)
	}
	if f >= t {
		return Range{}, fmt.Errorf("parse window %q: it ends before it begins", s)
	}
	return Range{f, t}, nil
}

func parseClock(s string) (time.Duration, error) {
	if len(s) != 5 || s[2] != ':' {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, fmt.Errorf("%q is no time of day", s)
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if h > 24 || m > 59 || h == 24 && m > 0 {
		return 0, fmt.Errorf("%q is no time of day", s)
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, nil
}

// Windows are the permitted hours of working days (Rule T-05). Weekdays hold
// the ranges of single weekdays; a working day whose weekday is not among
// them, a make-up Saturday for instance, has those of Default. A day that is
// not a working day has none.
//
// JSON: {"default":["10:00-11:00","14:00-16:00"],"fri":["10:00-11:00"]}.
type Windows struct {
	Default  []Range
	Weekdays map[time.Weekday][]Range
}

// DefaultWindows are those that Rule T-05 ships.
func DefaultWindows() Windows {
	return Windows{Default: []Range{{10 * time.Hour, 11 * time.Hour}, {14 * time.Hour, 16 * time.Hour}}}
}

// DefaultGovernmentWindows are those that Rule T-05 ships for government customers.
func DefaultGovernmentWindows() Windows {
	return Windows{Default: []Range{{10 * time.Hour, 11 * time.Hour}, {15 * time.Hour, 16 * time.Hour}}}
}

// On gives the ranges of a working day that falls on the weekday.
func (w Windows) On(d time.Weekday) []Range {
	if rs, ok := w.Weekdays[d]; ok {
		return rs
	}
	return w.Default
}

// names of weekdays in JSON, in the order of time.Weekday.
func weekdayNames() [7]string { return [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// MarshalJSON writes the form that the schema's windows columns hold.
func (w Windows) MarshalJSON() ([]byte, error) {
	out := map[string][]string{"default": texts(w.Default)}
	for d, rs := range w.Weekdays {
		out[weekdayNames()[d]] = texts(rs)
	}
	return json.Marshal(out)
}

func texts(rs []Range) []string {
	out := make([]string, len(rs))
	for i, r := range rs {
		out[i] = r.String()
	}
	return out
}

// UnmarshalJSON reads and checks the form of MarshalJSON: ranges in order,
// without overlap.
func (w *Windows) UnmarshalJSON(b []byte) error {
	var in map[string][]string
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("parse windows: %w", err)
	}
	var out Windows
	for key, list := range in {
		rs, err := parseRanges(list)
		if err != nil {
			return fmt.Errorf("parse windows of %q: %w", key, err)
		}
		if key == "default" {
			out.Default = rs
			continue
		}
		names := weekdayNames()
		i := slices.Index(names[:], key)
		if i < 0 {
			return fmt.Errorf("parse windows: %q is no weekday", key)
		}
		if out.Weekdays == nil {
			out.Weekdays = make(map[time.Weekday][]Range)
		}
		out.Weekdays[time.Weekday(i)] = rs
	}
	*w = out
	return nil
}

func parseRanges(list []string) ([]Range, error) {
	rs := make([]Range, 0, len(list))
	for _, s := range list {
		r, err := ParseRange(s)
		if err != nil {
			return nil, err
		}
		if n := len(rs); n > 0 && r.From < rs[n-1].To {
			return nil, fmt.Errorf("window %s overlaps or is out of order", r)
		}
		rs = append(rs, r)
	}
	return rs, nil
}
