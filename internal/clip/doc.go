// Package clip reads and writes sound in WAV files of any rate, and brings it to
// the rate of telephones. The headless softphone says such files, tests compare
// with them. Recordings have a package of their own (recording/wav), as they are
// evidence and never resampled.
//
// Samples are float64 from -1 to 1. The functions are pure but for the files
// they name. No goroutines. RFC 2361 (format tags).
package clip
