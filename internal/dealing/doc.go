// Package dealing holds what the house deals in with its customers: contracts,
// equipment, and the business events that call-backs are owed for (Rules C-03
// to C-09, C-21, C-22, C-27, C-28).
//
// Everything is recognised by a business key: what is handed in again changes
// nothing, with another day it is a correction, and it can be withdrawn. The days
// of a contract and of equipment are events by themselves; the database makes
// them, so that they come whichever way the row came. What is owed for an event
// is the matter of package duty.
//
// The package starts no goroutine and does no I/O but through its [Store].
package dealing
