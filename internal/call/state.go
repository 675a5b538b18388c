package call

// State is where a call stands. The same words are used in SQL, on the wire,
// in the page, in metrics and in the docs; a test compares them.
type State uint8

// The states of a call, in the order in which a good call passes them.
const (
	StateUnknown    State = iota
	StateArming           // attempt and recording are being made durable; nothing has left the house
	StateDialing          // the INVITE has left; the customer's phone is not known to ring
	StateRinging          // ring clock runs (Rule T-03)
	StateAnnouncing       // answered; the recording notice plays to the customer (Rule T-12)
	StateQueued           // inbound, answered; the customer waits for an agent, or hears that there is none
	StateTalking          // agent and customer hear each other
	StateHeld             // the customer hears the hold tone
	StateWrapup           // the call is over, its record is not written yet (Rule C-01)
	StateClosed           // the record is written
)

var stateWords = [...]string{"unknown", "arming", "dialing", "ringing", "announcing", "queued", "talking", "held", "wrapup", "closed"}

// States lists every state but the unknown one, in order.
func States() []State {
	return []State{StateArming, StateDialing, StateRinging, StateAnnouncing, StateQueued, StateTalking, StateHeld, StateWrapup, StateClosed}
}

func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return stateWords[0]
}

// ParseState is the inverse of String; an unknown word gives StateUnknown.
func ParseState(word string) State {
	for i, w := range stateWords {
		if w == word {
			return State(i)
		}
	}
	return StateUnknown
}

// Live reports whether a leg of the call may still be up.
func (s State) Live() bool { return s >= StateArming && s <= StateHeld }

// Answered reports whether the customer's side has picked up and not yet gone.
func (s State) Answered() bool { return s >= StateAnnouncing && s <= StateHeld }
