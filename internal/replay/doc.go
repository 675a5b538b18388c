// Package replay finds recordings, says who may hear them, and logs every
// listening (Rules S-01, T-08).
//
// A recording is reached by its id only; ids are random and an id that is
// unknown or malformed gives "not found". Roles inspector, auditor and records
// head may listen; everybody else is refused, and the refusal is logged too.
// The audio itself comes from the archive through the [Archive] port. The
// package starts no goroutine.
package replay
