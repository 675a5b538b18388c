package signaling

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"huifang/signaling/wire"
)

// RingSize is how many events a session remembers for a page that comes back.
const RingSize = 1024

// Close codes of the socket, beside those of RFC 6455 7.4.1.
const (
	CloseSignIn   = 4401 // the signed-in session is over
	CloseReplaced = 4409 // another tab has taken over
	CloseRefused  = 4410 // another tab is live and takeover was not asked for
)

// Timing of the socket. The zero value is [DefaultTiming].
type Timing struct {
	Ping      time.Duration // between two pings of the server
	Deadline  time.Duration // without a word of the page before the socket is given up
	Write     time.Duration // for one frame to leave
	Command   time.Duration // for the desk to carry out a command; below Deadline
	LostAfter time.Duration // without a socket before the desk hears of it (design 4)
	Check     time.Duration // between two looks at whether the user is still signed in
}

// DefaultTiming is what ships.
func DefaultTiming() Timing {
	return Timing{
		Ping: 5 * time.Second, Deadline: 12 * time.Second, Write: 5 * time.Second, Command: 10 * time.Second,
		LostAfter: 30 * time.Second, Check: 30 * time.Second,
	}
}

// Config is what a [Hub] is made of.
type Config struct {
	Desk Desk // required
	// Problem makes what is sent of a desk's error; required. One with a Ref
	// is logged together with the error.
	Problem func(error) *wire.Problem
	// SignedIn says whether the user's signed-in session still holds; nil
	// means for ever. An error of it changes nothing.
	SignedIn func(context.Context, User) (bool, error)
	Logger   *slog.Logger // nil discards
	Metrics  *Metrics     // nil counts nothing
	Timing   Timing
	// Queue is how many frames may wait for a slow page; default 256.
	Queue int
}

func (c Config) complete() (Config, error) {
	if c.Desk == nil || c.Problem == nil {
		return c, errors.New("hub needs a desk and a problem mapping")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Timing == (Timing{}) {
		c.Timing = DefaultTiming()
	}
	if c.Queue == 0 {
		c.Queue = 256
	}
	return c, nil
}
