package call

// MarkKind says what a mark of a call is: something that was done in the call
// beside talking. The same words are used in SQL and in the page.
type MarkKind string

// The kinds.
const (
	MarkPause     MarkKind = "pause"     // Rule T-13, a stretch
	MarkComplaint MarkKind = "complaint" // Rule C-20, a moment
	MarkMonitor   MarkKind = "monitor"   // a supervisor listened, whispered or barged in, a stretch
	MarkHandover  MarkKind = "handover"  // the call got another agent, a moment
	MarkTransfer  MarkKind = "transfer"  // a colleague was asked to take the call, a stretch
)

// MarkKinds lists the closed set.
func MarkKinds() []MarkKind {
	return []MarkKind{MarkPause, MarkComplaint, MarkMonitor, MarkHandover, MarkTransfer}
}
