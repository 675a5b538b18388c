package plan

import (
	"errors"
	"testing"

	"huifang/internal/problem"
)

// Every state takes the events of this table and no other. Rule C-02.
func TestRuleC02_EveryStepOfAPlan(t *testing.T) {
	t.Parallel()
	whole := Facts{Customers: 3, Agents: 2, Rehearsed: true, Opinion: true}
	leads := map[State]map[Event]State{
		StateDraft:     {EventChange: StateDraft, EventSubmit: StateSubmitted},
		StateSubmitted: {EventApprove: StateApproved, EventReturn: StateReturned},
		StateReturned:  {EventChange: StateReturned, EventSubmit: StateSubmitted},
		StateApproved:  {EventFile: StateFiled, EventRehearse: StateApproved},
		StateFiled:     {EventStart: StateRunning, EventRehearse: StateFiled},
		StateRunning:   {EventClose: StateClosed, EventJoin: StateRunning},
		StateClosed:    {},
	}
	for _, s := range States() {
		for _, e := range Events() {
			want, ok := leads[s][e]
			got, err := Step(s, e, whole)
			switch {
			case ok && (err != nil || got != want):
				t.Errorf("%s + %s gives %s, %v; want %s", s, e, got, err, want)
			case !ok && (problem.CodeOf(err) != problem.CodeConflict || got != s):
				t.Errorf("%s + %s gives %s, %v; want a conflict", s, e, got, err)
			}
		}
	}
}

func TestRuleC02_WhatAStepNeeds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		s      State
		e      Event
		f      Facts
		reason string
	}{
		{"no customers", StateDraft, EventSubmit, Facts{Agents: 1}, "no_customers"},
		{"no agents", StateDraft, EventSubmit, Facts{Customers: 1}, "no_agents"},
		{"own plan approved", StateSubmitted, EventApprove, Facts{Own: true}, "own_plan"},
		{"own plan returned", StateSubmitted, EventReturn, Facts{Own: true, Opinion: true}, "own_plan"},
		{"returned without a word", StateSubmitted, EventReturn, Facts{}, "invalid_fields"},
		{"closed without a note", StateRunning, EventClose, Facts{}, "invalid_fields"},
	} {
		got, err := Step(c.s, c.e, c.f)
		p, ok := errors.AsType[*problem.Error](err)
		if !ok || p.Reason != c.reason || got != c.s {
			t.Errorf("%s: %s, %v", c.name, got, err)
		}
	}
}

func TestRuleQ03_NoStartBeforeTheRehearsal(t *testing.T) {
	t.Parallel()
	_, err := Step(StateFiled, EventStart, Facts{Customers: 1, Agents: 1})
	if p, ok := errors.AsType[*problem.Error](err); !ok || p.Rule != "Q-03" || p.Reason != "not_rehearsed" {
		t.Error(err)
	}
}
