package recording

import "fmt"

// State is where a recording stands; the words are those of SQL, wire and page.
type State string

// The states (design 6). Failed and missing are shown, never hidden.
const (
	StateOpened    State = "opened"    // row and directory exist, nothing heard yet
	StateSpooling  State = "spooling"  // frames are being written
	StateSealed    State = "sealed"    // WAV and hash are on the local disk
	StateUploading State = "uploading" // on its way to the S3 service, or waiting for it
	StateStored    State = "stored"    // the object is locked (Rule T-02)
	StateVerified  State = "verified"  // and was read back as it should be
	StateHeld      State = "held"      // under a legal hold
	StateExpired   State = "expired"   // the retention is over
	StateDeleted   State = "deleted"   // tombstone
	StateFailed    State = "failed"    // cannot be stored; the local copy stays
	StateMissing   State = "missing"   // nothing was found of it
)

// States lists the closed set in order.
func States() []State {
	return []State{StateOpened, StateSpooling, StateSealed, StateUploading, StateStored, StateVerified,
		StateHeld, StateExpired, StateDeleted, StateFailed, StateMissing}
}

var legal = map[State][]State{
	StateOpened:    {StateSpooling, StateSealed, StateFailed, StateMissing},
	StateSpooling:  {StateSealed, StateFailed, StateMissing},
	StateSealed:    {StateUploading, StateFailed, StateMissing},
	StateUploading: {StateStored, StateFailed, StateMissing},
	StateStored:    {StateVerified, StateFailed, StateMissing},
	StateVerified:  {StateHeld, StateExpired, StateMissing},
	StateHeld:      {StateVerified, StateMissing},
	StateExpired:   {StateHeld, StateDeleted, StateMissing},
	StateDeleted:   {},
	StateFailed:    {StateSealed, StateUploading},
	StateMissing:   {StateSealed, StateVerified},
}

// Move gives an error unless a recording may go from one state to the other.
func Move(from, to State) error {
	for _, s := range legal[from] {
		if s == to {
			return nil
		}
	}
	return fmt.Errorf("recording cannot go from %s to %s", from, to)
}
