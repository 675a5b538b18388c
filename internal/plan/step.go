package plan

import (
	"fmt"
	"slices"

	"huifang/internal/problem"
)

// State is where a plan stands; the words are those of the schema.
type State string

// The states of a plan. Rule C-02.
const (
	StateDraft     State = "draft"
	StateSubmitted State = "submitted"
	StateReturned  State = "returned" // with head office's opinion, to be changed
	StateApproved  State = "approved"
	StateFiled     State = "filed" // has its number
	StateRunning   State = "running"
	StateClosed    State = "closed"
)

// States lists the closed set.
func States() []State {
	return []State{StateDraft, StateSubmitted, StateReturned, StateApproved, StateFiled, StateRunning, StateClosed}
}

// Event is what moves a plan.
type Event string

// The events. Change covers all that is written of a plan before it is submitted.
const (
	EventChange   Event = "change"
	EventSubmit   Event = "submit"
	EventApprove  Event = "approve"
	EventReturn   Event = "return"
	EventFile     Event = "file"
	EventRehearse Event = "rehearse" // noting or signing a rehearsal
	EventStart    Event = "start"
	EventJoin     Event = "join" // an agent joins, or customers without a task are given out again
	EventClose    Event = "close"
)

// Events lists the closed set.
func Events() []Event {
	return []Event{EventChange, EventSubmit, EventApprove, EventReturn, EventFile, EventRehearse, EventStart, EventJoin, EventClose}
}

// Facts are what the rules ask of a plan beside its state.
type Facts struct {
	Own       bool // whoever acts wrote it, or part of it
	Customers int
	Agents    int
	Rehearsed bool // a rehearsal found it ready, and somebody else signed
	Opinion   bool // something is said
}

// Step decides where an event moves a plan. It reads no clock and does no I/O.
// An event that does not fit the state is problem conflict, one that a rule
// forbids is refused with the rule. Rules C-02, Q-03.
func Step(s State, e Event, f Facts) (State, error) {
	next, ok := moves()[s][e]
	if !ok {
		return s, &problem.Error{Code: problem.CodeConflict, Reason: "plan_state", Detail: fmt.Sprintf("a plan that is %s does not take %q; it takes %v", s, e, Allowed(s)),
			Params: map[string]any{"state": string(s)}}
	}
	switch e {
	case EventSubmit:
		if f.Customers == 0 {
			return s, problem.Refused("C-02", "no_customers", "a plan says which customers it is for: choose them first", nil)
		}
		if f.Agents == 0 {
			return s, problem.Refused("C-02", "no_agents", "a plan says who carries it out: name the agents first", nil)
		}
	case EventApprove, EventReturn:
		if f.Own {
			return s, problem.Refused("C-02", "own_plan", "nobody decides on a plan that they wrote or changed; somebody else of head office may", nil)
		}
		if e == EventReturn && !f.Opinion {
			return s, problem.BadField("opinion", "must say why the plan is returned")
		}
	case EventStart:
		if !f.Rehearsed {
			return s, problem.Refused("Q-03", "not_rehearsed", "a plan runs after a rehearsal that found it ready is noted, and signed by somebody else", nil)
		}
	case EventClose:
		if !f.Opinion {
			return s, problem.BadField("note", "must say what became of the plan")
		}
	}
	return next, nil
}

// Allowed lists the events that a state takes.
func Allowed(s State) []Event {
	return slices.DeleteFunc(Events(), func(e Event) bool { _, ok := moves()[s][e]; return !ok })
}

func moves() map[State]map[Event]State {
	return map[State]map[Event]State{
		StateDraft:     {EventChange: StateDraft, EventSubmit: StateSubmitted},
		StateSubmitted: {EventApprove: StateApproved, EventReturn: StateReturned},
		StateReturned:  {EventChange: StateReturned, EventSubmit: StateSubmitted},
		StateApproved:  {EventFile: StateFiled, EventRehearse: StateApproved},
		StateFiled:     {EventRehearse: StateFiled, EventStart: StateRunning},
		StateRunning:   {EventJoin: StateRunning, EventClose: StateClosed},
	}
}
