// Package progress tells what is heard of the customer's side before the
// answer: ring tone, busy, congestion and special information tones, silence,
// or something else (music, speech). It is evidence, not a decision: whether a
// phone rings is judged in internal/call (Rule T-03), from the signals of the
// network and from what this package heard.
//
// Three steps, each with its file. Nothing here waits, reads a clock or starts
// a goroutine; a [Detector] belongs to whoever feeds it.
//
//	frames --timeline--> blocks of 20 ms --spectrum.go--> level, purity, pitch
//	       --bursts.go--> bursts of sound with the pauses between them
//	       --cadence.go--> findings
//
// Tones are told by their cadence rather than by their pitch, because networks
// agree on cadences far better (ITU-T E.180 and its supplement 2): whatever
// steady tone between 330 and 650 Hz sounds for 0.7 to 2.3 s and then pauses is a
// ring tone, in China (450 Hz, 1 s on, 4 s off; GB/T 3380) and elsewhere.
//
//	ring tone     0.7-2.3 s on, at least 1.5 s off; or two bursts of 0.3-0.55 s
//	              with 0.1-0.3 s between them, then at least 1 s off
//	busy          three bursts of 0.3-0.58 s with pauses as long
//	congestion    three bursts of 0.15-0.29 s, or of 0.6-0.85 s, with pauses as long
//	SIT           three rising tones near 950, 1400 and 1800 Hz (E.180 4)
//
// Music, even of one pure instrument, does not keep such a cadence; a ring tone
// chosen by the subscriber (a song) is [Other], which proves no ringing.
package progress
