// Package plan is what a branch means to call back, and how head office lets it:
// the plan with its steps (Rule C-02), the selection of its customers (Rule C-12),
// its rehearsal (Rule Q-03), and the tasks that it makes, given out by load,
// language, skill and earlier contact, and never where somebody has an interest
// (Rule C-15).
//
// It is not the work on the tasks themselves (internal/callback) and keeps
// nothing: [Store] does. It starts no goroutine; the clock and the source of
// seeds are parameters.
//
// A plan's states, see [Step]:
//
//	draft ---submit---> submitted --approve--> approved --file--> filed --start--> running --close--> closed
//	                        |   ^
//	                      return  submit
//	                        v   |
//	                      returned
//
// draft and returned: the branch writes it. submitted: head office decides, and
// nobody on a plan that they wrote. approved: it waits for its number. filed: it
// is rehearsed. running: its tasks are on the desks.
package plan
