// Package callback is the work of calling back: programs with their scripts
// and questionnaires, tasks, the dial gate, the placing of attempts, and the
// record that every call leaves.
//
// [Gate] is the one place that answers "may this agent call this customer on
// this task now" (Rules T-01, T-04, T-05, T-07, C-14, C-15, C-24). [NextSlot]
// places the next attempt (Rule T-04). [Service] is what agents and
// supervisors do with tasks and records (Rules C-01, C-15, T-06, T-10).
//
// It is not the call itself (internal/call, internal/switchboard) and keeps
// nothing: [Store] does. It starts no goroutine; times come from the clock it
// is given.
//
// A task's states:
//
//	open ---------dial---------> calling --end--> wrapup --record--> waiting | appointment | done | data_check | other_channel
//	waiting, appointment --dial--> calling
//	open, waiting, appointment --close--> unreachable (Rule T-04) | other_channel (Rule C-14) | cancelled
//	data_check --assigned again by a supervisor--> open
package callback
