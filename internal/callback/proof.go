package callback

import "huifang/internal/calendar"

// Proof is the badge of Rule T-04: "3 attempts, 2 windows, 2 dates".
type Proof struct {
	Counted int // attempts that count
	Slots   int // different (date, window) pairs among them
	Windows int // different windows
	Dates   int // different dates
	Needed  int
	// Complete says that the task may be closed as unreachable; the database
	// applies the same test.
	Complete bool
}

// ProofOf counts. Rule T-04.
func ProofOf(marks []Mark, needed int) Proof {
	slots, windows, dates := map[Slot]bool{}, map[string]bool{}, map[calendar.Date]bool{}
	p := Proof{Needed: needed}
	for _, m := range marks {
		if !m.Counted {
			continue
		}
		p.Counted++
		slots[m.Slot], windows[m.Slot.Window], dates[m.Slot.Date] = true, true, true
	}
	p.Slots, p.Windows, p.Dates = len(slots), len(windows), len(dates)
	p.Complete = p.Counted >= needed && p.Slots >= needed && (needed < 2 || p.Windows >= 2)
	return p
}
