// Package trunk keeps the ways to the telephone network (Rule T-07): what an
// administrator says about each ([Service]), the keys their passwords are
// sealed with ([Keys]), and which one a call takes ([Board]).
//
// A trunk comes from the configuration file or from the page. One of the file
// is written over at every start with what the file says; the page sets only
// what the file does not name: whether it is on, its limits, its place in the
// choice, its number for probes (decision 7).
//
// The board chooses as RFC 2782 does: the lowest priority first, by weight at
// random within one. It passes over trunks that are down, full or over their
// rate, and puts those that fail often last. It sends nothing itself: the
// carrier adapter of internal/server asks it before each INVITE.
//
// No goroutines. Board and Service may be used by many.
package trunk
