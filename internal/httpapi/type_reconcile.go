package httpapi

import "time"

// ReconciliationState is the answer of GET /reconciliation: how calls, rows and objects compare.
type ReconciliationState struct {
	Running bool                    `json:"running" doc:"A comparison is under way on this instance"`
	Open    List[DifferenceCount]   `json:"open" doc:"Open differences of every kind"`
	Runs    List[ReconciliationRun] `json:"runs" doc:"The newest ten, the newest first"`
}

// DifferenceCount is how many differences of a kind nobody has closed.
type DifferenceCount struct {
	Kind  string `json:"kind"`
	Count int64  `json:"count"`
}

// ReconciliationRun is one comparison.
type ReconciliationRun struct {
	ID         ID         `json:"id"`
	By         Null[Ref]  `json:"by" doc:"Who asked for it; null: it was due"`
	From       time.Time  `json:"from"`
	To         time.Time  `json:"to"`
	StartedAt  time.Time  `json:"started_at"`
	EndedAt    *time.Time `json:"ended_at"`
	Calls      int64      `json:"calls"`
	Recordings int64      `json:"recordings"`
	Objects    int64      `json:"objects"`
	Read       int64      `json:"read" doc:"Recordings that were read as a whole"`
	Found      int64      `json:"found" doc:"Differences, new or known"`
	Error      string     `json:"error" doc:"Why not everything could be looked at; empty: it could"`
}

// ReconciliationOrder asks for a comparison of what began in a period.
type ReconciliationOrder struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// DifferenceQuery selects differences.
type DifferenceQuery struct {
	Kind   string
	Closed bool
	Cursor string
	Limit  int
}

// DifferencePage is a page of differences, newest first.
type DifferencePage struct {
	Items      List[Difference] `json:"items"`
	NextCursor string           `json:"next_cursor"`
}

// Difference is something that does not fit, and what became of it.
type Difference struct {
	ID          ID         `json:"id"`
	Kind        string     `json:"kind" enum:"call_without_recording,recording_without_object,object_without_row,duration_differs,channel_empty,hash_differs"`
	Ref         string     `json:"ref" doc:"Id of the call or recording, or the object's key"`
	CallID      *ID        `json:"call_id"`
	RecordingID *ID        `json:"recording_id"`
	Expected    string     `json:"expected"`
	Found       string     `json:"found"`
	FoundAt     time.Time  `json:"found_at"`
	SeenAt      time.Time  `json:"seen_at" doc:"When a comparison last found it so"`
	ClosedAt    *time.Time `json:"closed_at"`
	ClosedBy    Null[Ref]  `json:"closed_by"`
	Reason      string     `json:"reason"`
}

// DifferenceClosing closes a difference.
type DifferenceClosing struct {
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}
