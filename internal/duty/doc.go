// Package duty decides which call-backs are owed to whom, and when (Rules C-03
// to C-09, C-11, C-14, C-27, C-28, M-03, R-03).
//
//	events, contacts, days --> [Plan] --> what is owed --> [Reconcile] --> duties --> tasks
//
// A rule has versions, each from a day on. [Plan] is a pure function of the
// rules, the working calendar and what is known of one customer; it reads no clock.
// [Reconcile] compares its answer with the duties that there are: what is missing
// is made, what has other days now is moved, what is owed no longer is withdrawn.
// Nothing that is done is touched. A duty is recognised by rule, subject and
// occurrence, of which the database holds one only: the same event never makes
// two.
//
// A duty is planned until its first day has come in the customer's time zone;
// then it is open, with a task. The [Engine] does both, for the customers that
// something happened to or whose day has come, in one goroutine that it owns. Any
// number of instances may run it.
//
//	planned --> open --> done | unreachable | cancelled      (as its task ends)
//	planned, open --> withdrawn                              (owed no longer)
package duty
