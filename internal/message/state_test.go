package message

import (
	"testing"

	"huifang/internal/customer"
)

// Every state with every step; what is not named is refused.
func TestState_EveryStep(t *testing.T) {
	t.Parallel()
	allowed := map[State]map[Step]State{
		StateQueued:  {StepClaim: StateSending, StepSent: StateSent, StepDelivered: StateDelivered, StepOptOut: StateOptedOut, StepCancel: StateCancelled},
		StateSending: {StepSent: StateSent, StepDelivered: StateDelivered, StepFail: StateFailed, StepAgain: StateQueued, StepOptOut: StateOptedOut},
		StateSent:    {StepDelivered: StateDelivered, StepFail: StateFailed},
		StateFailed:  {StepSent: StateSent, StepDelivered: StateDelivered, StepRetry: StateQueued},
	}
	for _, s := range States() {
		for _, step := range Steps() {
			got, err := s.Next(step)
			want, ok := allowed[s][step]
			if ok && (err != nil || got != want) {
				t.Errorf("%s %s: %s, %v; want %s", s, step, got, err, want)
			}
			if !ok && (err == nil || got != s) {
				t.Errorf("%s %s: %s, want a refusal", s, step, got)
			}
		}
	}
}

func TestRuleC14_WhatProvesThatACustomerWasServed(t *testing.T) {
	t.Parallel()
	for _, s := range States() {
		if got, want := Proven(customer.ChannelSMS, s), s == StateDelivered; got != want {
			t.Errorf("an SMS that is %s: %v", s, got)
		}
		if got, want := Proven(customer.ChannelEmail, s), s == StateDelivered || s == StateSent; got != want {
			t.Errorf("an e-mail that is %s: %v", s, got)
		}
	}
}
