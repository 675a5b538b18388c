// Package evidence is the log that proves what happened (Rules T-02, S-04): an
// append-only Merkle tree over every fact in its final form, checkpoints of it
// signed and kept in the locked bucket, packs that somebody can verify who does
// not trust us, and the verifier of both. The formats are documented in
// docs/protocols/evidence.md, so that the verifier can be written again.
//
// The tree is that of RFC 6962, kept as golang.org/x/mod/sumdb/tlog does; signed
// notes are those of golang.org/x/mod/sumdb/note. What becomes a leaf is decided
// by triggers of the database, in the transaction that makes a fact final; the
// package gives the leaves their places and signs.
//
// Goroutines: a started [Log] owns one; Stop ends and awaits it.
package evidence
