// Package audio proves what a recording holds: it reads WAV files, correlates a
// channel second by second with what was really said, and measures how far two
// channels are apart. It also makes the speech that tests say.
//
// It is for tests only, decides nothing (thresholds belong to the test), knows
// no signalling, and starts no goroutine. Samples are float64 from -1 to 1; the
// functions are pure but for the files they name.
//
// A channel is proved like this (Rules T-01, design 6):
//
//	said := audio.MustReadWAV(t, "mic.wav").At(8000).Channels[0]
//	heard := audio.MustReadWAV(t, "recording.wav").Channels[0]
//	seconds := audio.CorrelatePerSecond(said, heard, 8000, audio.Looping())
//	sum := audio.Summarise(seconds) // sum.Seconds, sum.Min >= 0.95 ...
//
// A test must look at the number of seconds too: a channel in which nothing was
// ever heard yields none.
package audio
