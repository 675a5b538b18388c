// Package intake takes in the files that departments hand in (Rule C-22): CSV
// and XLSX of customers, contacts, contracts, equipment, deliveries and events.
//
//	bytes -> Read (encoding, delimiter, sheet) -> table of texts, kept
//	      -> mapping of columns to fields, guessed from the words of the header and remembered
//	      -> check: each row becomes an Item, or Problems by row and column in both languages
//	      -> apply: all rows or the right ones, in one transaction, by business key
//	      -> undo: until something has used what came in
//
// A batch is checked, then applied, then perhaps undone; what each row did is
// kept with it. Handing the same file in again changes nothing.
//
// Feeds are the files that are expected every week; one that does not come by
// its day is noticed once, counted and shown.
//
// The package does no I/O but through its [Store]. Its [Clock] is one goroutine.
package intake
