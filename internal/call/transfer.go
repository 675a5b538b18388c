package call

import "time"

// TransferPhase says how far a transfer to a colleague has come. The words are
// those of the wire.
type TransferPhase string

// The phases. In all but the last the customer hears the hold tone.
const (
	TransferNone       TransferPhase = ""
	TransferOffered    TransferPhase = "offered"    // the call rings at the colleague's softphone
	TransferConsulting TransferPhase = "consulting" // agent and colleague talk
	TransferThreeWay   TransferPhase = "three_way"  // all three talk
)

// Joined says that the colleague is in the call.
func (p TransferPhase) Joined() bool { return p == TransferConsulting || p == TransferThreeWay }

// How a transfer came to its end, a closed set.
const (
	TransferCompleted = "completed"      // the colleague has the call
	TransferDeclined  = "declined"       // the colleague did not want it
	TransferTimedOut  = "timed_out"      // the colleague did not answer
	TransferLost      = "colleague_lost" // the colleague's connection is gone
	TransferCancelled = "cancelled"      // the agent took the offer back
	TransferReturned  = "returned"       // the agent went back to the customer
	TransferLeft      = "left"           // the colleague left
	TransferFailed    = "failed"         // the colleague could not be given the call
	TransferCallEnded = "call_ended"
)

// OfferLimit is how long a call rings at a colleague's softphone.
const OfferLimit = 20 * time.Second

// AgentGoneLimit is how long a call in which a colleague is waits for its agent
// before it becomes the colleague's: the customer is not to wait for nobody.
const AgentGoneLimit = 10 * time.Second

// The events of a transfer.
type (
	// TransferPressed: the call rings at a colleague's softphone.
	TransferPressed struct{ At time.Time }
	// ColleagueJoined: the colleague of a consultation has answered.
	ColleagueJoined struct{ At time.Time }
	// ThreeWayPressed lets the customer, too, hear the colleague.
	ThreeWayPressed struct{ At time.Time }
	// TransferEnded: the colleague is out of it, and the agent has the
	// customer back. How is one of Transfer*.
	TransferEnded struct {
		At  time.Time
		How string
	}
	// HandedOver: the colleague is the call's agent.
	HandedOver struct{ At time.Time }
)

func (TransferPressed) eventName() string { return "transfer_pressed" }
func (ColleagueJoined) eventName() string { return "colleague_joined" }
func (ThreeWayPressed) eventName() string { return "three_way_pressed" }
func (TransferEnded) eventName() string   { return "transfer_ended" }
func (HandedOver) eventName() string      { return "handed_over" }

// The effects of a transfer.
type (
	// EndTransfer takes the offer back, or the colleague out of the call.
	EndTransfer struct{ How string }
	// GiveToColleague makes the colleague in the call its agent: the agent
	// does not come back.
	GiveToColleague struct{}
)

func (EndTransfer) effectName() string     { return "end_transfer" }
func (GiveToColleague) effectName() string { return "give_to_colleague" }

func (c Call) transferPressed(e TransferPressed) (Call, []Effect, error) {
	if c.State != StateTalking && c.State != StateHeld || c.Transfer != TransferNone || c.AgentAway || c.Pause.On() {
		return c.illegal(e)
	}
	c.State, c.Transfer = StateHeld, TransferOffered
	return c, []Effect{SetRoute{RouteHold}, StartTimer{Timer: TimerOffer, After: OfferLimit}}, nil
}

func (c Call) colleagueJoined(e ColleagueJoined) (Call, []Effect, error) {
	if c.Transfer != TransferOffered {
		return c.illegal(e)
	}
	c.Transfer = TransferConsulting
	todo := []Effect{StopTimer{TimerOffer}, SetRoute{RouteConsult}}
	if c.AgentAway {
		todo = append(todo, StartTimer{Timer: TimerAgent, After: AgentGoneLimit})
	}
	return c, todo, nil
}

func (c Call) threeWayPressed(e ThreeWayPressed) (Call, []Effect, error) {
	if c.Transfer != TransferConsulting {
		return c.illegal(e)
	}
	c.State, c.Transfer = StateTalking, TransferThreeWay
	return c, []Effect{SetRoute{RouteThreeWay}, MarkRecording{Name: "three_way_started", At: e.At}}, nil
}

// backToConsulting is what a hold means while three talk: the two of the house
// talk by themselves again.
func (c Call) backToConsulting() (Call, []Effect, error) {
	c.State, c.Transfer = StateHeld, TransferConsulting
	return c, []Effect{SetRoute{RouteConsult}}, nil
}

// transferEnded gives the agent the customer back: nobody stays on hold for a
// transfer that is over.
func (c Call) transferEnded(e TransferEnded) (Call, []Effect, error) {
	if c.over() || c.Transfer == TransferNone {
		return c, nil, nil // late news
	}
	c.Transfer, c.State = TransferNone, StateTalking
	return c, []Effect{StopTimer{TimerOffer}, EndTransfer{How: e.How}, c.voice()}, nil
}

func (c Call) handedOver(e HandedOver) (Call, []Effect, error) {
	if c.over() {
		return c, nil, nil
	}
	if c.Transfer == TransferNone {
		return c.illegal(e)
	}
	c.Transfer, c.State = TransferNone, StateTalking
	todo := []Effect{StopTimer{TimerOffer}, StopTimer{TimerAgent}, EndTransfer{How: TransferCompleted}}
	c.AgentAway = false
	return c, append(todo, c.voice()), nil
}

// offerExpired: nobody answered at the colleague's.
func (c Call) offerExpired(at time.Time) (Call, []Effect, error) {
	if c.Transfer != TransferOffered {
		return c, nil, nil
	}
	return c.transferEnded(TransferEnded{At: at, How: TransferTimedOut})
}
