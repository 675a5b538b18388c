package signaling

import "time"

// How many frames a page may send: far above what fingers and reports make,
// far below what would keep the desk from the other pages.
const (
	commandRate  = 50 // a second
	commandBurst = 200
)

// commandPace is the token bucket of one socket, used by its reader alone.
type commandPace struct {
	left float64
	at   time.Time
}

// take reports false when the page has sent too much.
func (p *commandPace) take(now time.Time) bool {
	p.left = min(p.left+max(0, now.Sub(p.at).Seconds())*commandRate, commandBurst)
	p.at = now
	if p.left < 1 {
		return false
	}
	p.left--
	return true
}
