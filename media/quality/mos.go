package quality

import "time"

// The E-model's values for G.711 with packet loss concealment (G.113 app. I).
const (
	bestR = 93.2 // with the default values of G.107 for everything not measured
	bpl   = 25.1 // robustness against loss
	// playout is the share of the delay that the parties' own jitter buffers and
	// packetisation add.
	playout = 2 * 20 * time.Millisecond
)

// MOS estimates the mean opinion score, 1 (bad) to 4.5, of what a party hears:
// loss 0..1 on the way to it, jitter, and the round trip (0 = unknown). A buffer
// of twice the jitter is taken to be in the way. ITU-T G.107.
func MOS(loss float64, jitter, roundTrip time.Duration) float64 {
	return score(rating(loss, roundTrip/2+2*jitter+playout))
}

func rating(loss float64, delay time.Duration) float64 {
	ms := delay.Seconds() * 1000
	id := 0.024 * ms
	if ms > 177.3 {
		id += 0.11 * (ms - 177.3)
	}
	percent := 100 * min(max(loss, 0), 1)
	return bestR - id - 95*percent/(percent+bpl)
}

func score(r float64) float64 {
	switch {
	case r <= 0:
		return 1
	case r >= 100:
		return 4.5
	}
	// The polynomial dips below 1 for very low ratings.
	return min(max(1+0.035*r+r*(r-60)*(100-r)*7e-6, 1), 4.5)
}
