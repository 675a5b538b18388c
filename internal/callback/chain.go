package callback

import (
	"cmp"
	"slices"
	"time"

	"github.com/google/uuid"
)

// ChainSlip is a slip with the tasks of all its second call-backs.
type ChainSlip struct {
	ID       uuid.UUID
	Number   string
	RecordID uuid.UUID // that it was written with
	State    SlipState
	At       time.Time
	Tasks    []uuid.UUID
}

// ChainRecord is a final record in a chain.
type ChainRecord struct {
	ID          uuid.UUID
	Number      string
	CallID      uuid.UUID
	TaskID      uuid.UUID
	AgentName   string
	Disposition Disposition
	At          time.Time
}

// ChainLink is a step of a chain: a record, or the slip between two of them.
type ChainLink struct {
	Record *ChainRecord
	Slip   *ChainSlip
}

func (l ChainLink) at() time.Time {
	if l.Slip != nil {
		return l.Slip.At
	}
	return l.Record.At
}

// chain gives what hangs together with a record, oldest first: the record, the
// slips that were written with it, the records of their second call-backs, and
// so on, both ways. Empty where the record stands alone. Rule C-17.
func chain(recordID uuid.UUID, slips []ChainSlip, records []ChainRecord) []ChainLink {
	in := map[uuid.UUID]bool{recordID: true} // records and slips
	for grown := true; grown; {
		grown = false
		add := func(id uuid.UUID) {
			if !in[id] {
				in[id], grown = true, true
			}
		}
		for _, s := range slips {
			if in[s.RecordID] {
				add(s.ID)
			}
			if in[s.ID] {
				add(s.RecordID)
			}
			for _, r := range records {
				if slices.Contains(s.Tasks, r.TaskID) && (in[s.ID] || in[r.ID]) {
					add(s.ID)
					add(r.ID)
				}
			}
		}
	}
	if len(in) == 1 {
		return nil
	}
	var out []ChainLink
	for i := range records {
		if in[records[i].ID] {
			out = append(out, ChainLink{Record: &records[i]})
		}
	}
	for i := range slips {
		if in[slips[i].ID] {
			out = append(out, ChainLink{Slip: &slips[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b ChainLink) int {
		if c := a.at().Compare(b.at()); c != 0 {
			return c
		}
		return cmp.Compare(boolInt(a.Slip != nil), boolInt(b.Slip != nil)) // a slip comes of its record
	})
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
