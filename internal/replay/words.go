package replay

import (
	"time"

	"github.com/google/uuid"
)

// shownDigits is how much of a number the log has: as much as a masked one shows.
const shownDigits = 4

// words is what a search asked for, as the audit log has it (Rule S-01). Of a
// number it has the last digits only.
func (q Query) words() map[string]any {
	out := map[string]any{"from": q.From, "to": q.To}
	put := func(name, v string) {
		if v != "" {
			out[name] = v
		}
	}
	number := func(name string, v int64) {
		if v != 0 {
			out[name] = v
		}
	}
	id := func(name string, v uuid.UUID) {
		if v != uuid.Nil {
			out[name] = v.String()
		}
	}
	put("customer", q.Text)
	put("digits", q.Tail[max(0, len(q.Tail)-shownDigits):])
	id("agent_id", q.AgentID)
	id("branch_id", q.BranchID)
	put("outcome", string(q.Outcome))
	put("state", q.State)
	put("program", q.Program)
	put("direction", q.Direction)
	put("ring", string(q.Ring))
	put("dissatisfied", q.Dissatisfied)
	put("tag", q.Tag)
	put("held", string(q.Held))
	number("attempts", int64(q.Attempts))
	number("shortest_s", int64(q.Shortest/time.Second))
	number("longest_s", int64(q.Longest/time.Second))
	number("score_below", int64(q.ScoreBelow))
	if !q.RetainBefore.IsZero() {
		out["retain_before"] = q.RetainBefore
	}
	if q.After.ID != uuid.Nil {
		out["after"] = q.After.OpenedAt // a page further on
	}
	return out
}
