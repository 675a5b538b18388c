package media

import "sync"

// Inlet is the receiving end that every [Leg] implementation embeds: it hands
// frames to the attached receiver and keeps the promise of Leg.Attach, that
// nothing reaches the old receiver once Attach has returned. The zero value
// drops everything. A receiver must not call Attach from ReceiveFrame.
type Inlet struct {
	mu sync.Mutex
	to Receiver
}

// Attach sends the frames from now on to r; nil drops them.
func (in *Inlet) Attach(r Receiver) {
	in.mu.Lock()
	in.to = r
	in.mu.Unlock()
}

// Deliver hands over a frame, on the leg's reader goroutine.
func (in *Inlet) Deliver(f *Frame) {
	in.mu.Lock()
	if in.to != nil {
		in.to.ReceiveFrame(f)
	}
	in.mu.Unlock()
}
