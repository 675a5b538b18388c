package recording

import (
	"errors"
	"syscall"
	"time"

	"huifang/recording/spool"
)

// NoRoom says that an error is one of want that passes: no space, no memory, no
// file to be had. What was recorded is in the log and can be sealed later.
func NoRoom(err error) bool {
	for _, want := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if errors.Is(err, want) {
			return true
		}
	}
	return false
}

// SealWhenRoom seals a recording, and tries again with a growing wait while there
// is no room for it, until stop is closed. waits hears of each wait.
func SealWhenRoom(e spool.Entry, stop <-chan struct{}, waits func(error)) (Sealed, error) {
	const first, longest = 200 * time.Millisecond, 10 * time.Second
	for wait := first; ; wait = min(2*wait, longest) {
		sealed, err := Seal(e)
		if !NoRoom(err) {
			return sealed, err
		}
		waits(err)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-stop:
			timer.Stop()
			return sealed, err
		}
	}
}
