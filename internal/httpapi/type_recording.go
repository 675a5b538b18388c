package httpapi

import "time"

// RecordingRow is a recording in the search.
type RecordingRow struct {
	ID           ID         `json:"id"`
	CallID       ID         `json:"call_id"`
	StartedAt    time.Time  `json:"started_at"`
	DurationMs   int64      `json:"duration_ms"`
	Agent        Ref        `json:"agent"`
	Customer     Ref        `json:"customer"`
	MaskedNumber string     `json:"masked_number"`
	ProgramCode  string     `json:"program_code"`
	Outcome      string     `json:"outcome"`
	State        string     `json:"state" enum:"opened,spooling,sealed,uploading,stored,verified,held,expired,deleted,failed,missing"`
	Interrupted  bool       `json:"interrupted"`
	EmptyLeft    bool       `json:"empty_left"`
	EmptyRight   bool       `json:"empty_right"`
	SHA256       string     `json:"sha256" doc:"Hexadecimal, empty before it is sealed"`
	RetainUntil  *time.Time `json:"retain_until" doc:"Rule T-02"`
	VerifiedAt   *time.Time `json:"verified_at"`
	Error        string     `json:"error"`
}

// RecordingPage is a page of the search, newest first.
type RecordingPage struct {
	Recordings List[RecordingRow] `json:"recordings"`
	NextCursor string             `json:"next_cursor"`
}

// Recording is a recording with its call, its record and who listened.
type Recording struct {
	RecordingRow
	Bytes         int64                 `json:"bytes"`
	Law           string                `json:"law" enum:",alaw,mulaw"`
	LeftActiveMs  int64                 `json:"left_active_ms"`
	RightActiveMs int64                 `json:"right_active_ms"`
	Third         bool                  `json:"third" doc:"A supervisor spoke: there is a third channel"`
	Marks         List[Mark]            `json:"marks"`
	Object        StoredObject          `json:"object"`
	FirstSampleAt *time.Time            `json:"first_sample_at"`
	StoredAt      *time.Time            `json:"stored_at"`
	Call          Call                  `json:"call"`
	Record        Null[Record]          `json:"record"`
	Accesses      List[RecordingAccess] `json:"accesses"`
}

// Mark is an event on the recording's time line.
type Mark struct {
	Name string `json:"name"`
	AtMs int64  `json:"at_ms"`
}

// StoredObject says where the recording is kept.
type StoredObject struct {
	Bucket    string `json:"bucket"`
	Key       string `json:"key"`
	VersionID string `json:"version_id"`
	LockMode  string `json:"lock_mode"`
}

// RecordingAccess is one line of the access log (Rule S-01).
type RecordingAccess struct {
	At       time.Time `json:"at"`
	UserName string    `json:"user_name"`
	Action   string    `json:"action" enum:"opened,fetched,heard,refused"`
	Channel  string    `json:"channel" enum:",both,left,right,third"`
	FromMs   *int64    `json:"from_ms"`
	ToMs     *int64    `json:"to_ms"`
}

// Peaks are the extremes of each channel over equal spans, as pairs of minimum
// and maximum, -128..127.
type Peaks struct {
	DurationMs int64      `json:"duration_ms"`
	Left       List[int8] `json:"left"`
	Right      List[int8] `json:"right"`
}

// Heard says which part was really listened to.
type Heard struct {
	FromMs  int64  `json:"from_ms" minimum:"0"`
	ToMs    int64  `json:"to_ms" minimum:"0"`
	Channel string `json:"channel" enum:"both,left,right,third"`
}

// RecordingCheck is the result of reading the stored object again.
type RecordingCheck struct {
	State       string     `json:"state" enum:"opened,spooling,sealed,uploading,stored,verified,held,expired,deleted,failed,missing"`
	SHA256OK    bool       `json:"sha256_ok"`
	Bytes       int64      `json:"bytes"`
	LockMode    string     `json:"lock_mode" doc:"What the storage says; empty when unknown"`
	RetainUntil *time.Time `json:"retain_until"`
	RetentionOK bool       `json:"retention_ok" doc:"Not earlier than what was promised (Rule T-02)"`
	CheckedAt   time.Time  `json:"checked_at"`
	Error       string     `json:"error" doc:"Why it could not be compared"`
}
