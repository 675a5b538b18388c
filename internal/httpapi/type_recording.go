package httpapi

import "time"

// RecordingRow is a recording in the search.
type RecordingRow struct {
	ID           ID           `json:"id"`
	CallID       ID           `json:"call_id"`
	StartedAt    time.Time    `json:"started_at"`
	DurationMs   int64        `json:"duration_ms"`
	Agent        Ref          `json:"agent"`
	Customer     Ref          `json:"customer"`
	MaskedNumber string       `json:"masked_number"`
	ProgramCode  string       `json:"program_code"`
	Outcome      string       `json:"outcome"`
	State        string       `json:"state" enum:"opened,spooling,sealed,uploading,stored,verified,held,expired,deleted,failed,missing"`
	Interrupted  bool         `json:"interrupted"`
	EmptyLeft    bool         `json:"empty_left"`
	EmptyRight   bool         `json:"empty_right"`
	RetainUntil  *time.Time   `json:"retain_until" doc:"Rule T-02"`
	Score        *int         `json:"score" doc:"Of the record (Rule C-16), null when nothing was rated; in lists only"`
	Held         bool         `json:"held" doc:"By a legal hold (Rule T-02); in lists only"`
	Imported     bool         `json:"imported" doc:"It was made on another line (Rule T-07); in lists only"`
	Tags         List[string] `json:"tags"`
}

// RecordingPage is a page of the search, newest first.
type RecordingPage struct {
	Recordings List[RecordingRow] `json:"recordings"`
	NextCursor string             `json:"next_cursor"`
}

// Recording is a recording with its call, its record and who listened.
type Recording struct {
	RecordingRow
	SHA256        string                 `json:"sha256" doc:"Hexadecimal, empty before it is sealed"`
	VerifiedAt    *time.Time             `json:"verified_at"`
	Error         string                 `json:"error"`
	Instance      string                 `json:"instance" doc:"Where it was recorded, and lies until it is stored"`
	Bytes         int64                  `json:"bytes"`
	Law           string                 `json:"law" enum:",alaw,mulaw"`
	LeftActiveMs  int64                  `json:"left_active_ms"`
	RightActiveMs int64                  `json:"right_active_ms"`
	Third         bool                   `json:"third" doc:"A supervisor spoke: there is a third channel"`
	Marks         List[Mark]             `json:"marks"`
	Object        StoredObject           `json:"object"`
	FirstSampleAt *time.Time             `json:"first_sample_at"`
	StoredAt      *time.Time             `json:"stored_at"`
	Call          Call                   `json:"call"`
	Record        Null[Record]           `json:"record"`
	Accesses      List[RecordingAccess]  `json:"accesses"`
	Comments      List[Comment]          `json:"comments" doc:"In the order of their places"`
	Origin        Null[Origin]           `json:"origin" doc:"Of a recording that was made on another line: evidence of a lesser class (Rule T-07)"`
	FiledUnder    List[Tag]              `json:"filed_under"`
	Questions     List[AnsweredQuestion] `json:"questions" doc:"That were answered while the sound lasts, in the order of their answers"`
}

// Origin says where a recording that was made on another line comes from.
type Origin struct {
	Source   string    `json:"source"`
	Reason   string    `json:"reason"`
	Name     string    `json:"name" doc:"Of the file as it was brought"`
	SHA256   string    `json:"sha256" doc:"Of that file, in hexadecimal"`
	Coding   string    `json:"coding" enum:"pcm,alaw,mulaw"`
	Channels int       `json:"channels"`
	RateHz   int       `json:"rate_hz"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
}

// AnsweredQuestion is a question of the record, at the place where its answer was written down.
type AnsweredQuestion struct {
	Key     string `json:"key"`
	LabelZH string `json:"label_zh"`
	LabelEN string `json:"label_en"`
	AtMs    int64  `json:"at_ms" doc:"From the first sample"`
}

// Tag is what a recording is filed under.
type Tag struct {
	Tag     string    `json:"tag"`
	AddedBy string    `json:"added_by"`
	AddedAt time.Time `json:"added_at"`
}

// Tags of a recording, in their order.
type Tags struct {
	Tags List[Tag] `json:"tags"`
}

// RecordingFacets is what recordings can be searched by besides what is known elsewhere.
type RecordingFacets struct {
	Tags     List[string]    `json:"tags" doc:"In use, the most used first"`
	Branches List[Ref]       `json:"branches"`
	Items    List[RatedItem] `json:"items" doc:"That customers are asked to rate (Rule C-16)"`
}

// RatedItem is an item of questionnaires that customers rate.
type RatedItem struct {
	Key     string `json:"key"`
	LabelZH string `json:"label_zh"`
	LabelEN string `json:"label_en"`
}

// SavedSearch is a search of one's own: the fields of the page as they were filled in.
type SavedSearch struct {
	ID     ID                `json:"id"`
	Name   string            `json:"name"`
	Filter map[string]string `json:"filter"`
}

// SavedSearches are one's own, by name.
type SavedSearches struct {
	Searches List[SavedSearch] `json:"searches"`
}

// NewSavedSearch is a search that is to be kept.
type NewSavedSearch struct {
	Name   string            `json:"name" minLength:"1" maxLength:"60"`
	Filter map[string]string `json:"filter" minProperties:"1" maxProperties:"40"`
}

// Comment is what a listener said at a place of a recording.
type Comment struct {
	ID     ID        `json:"id"`
	Author Ref       `json:"author"`
	At     time.Time `json:"at"`
	AtMs   int64     `json:"at_ms" doc:"From the first sample"`
	Text   string    `json:"text"`
}

// NewComment is a comment that is to be kept.
type NewComment struct {
	AtMs int64  `json:"at_ms" minimum:"0"`
	Text string `json:"text" minLength:"1" maxLength:"1000"`
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
	KeyID     string `json:"key_id" doc:"Key that opens the object; empty when it is not encrypted"`
	SHA256    string `json:"sha256" doc:"Of the object as it is stored, in hexadecimal; empty when it is the recording itself"`
	Bytes     int64  `json:"bytes" doc:"Length of the object; 0 when it is not stored by this version"`
}

// RecordingAccess is one line of the access log (Rule S-01).
type RecordingAccess struct {
	At       time.Time `json:"at"`
	UserName string    `json:"user_name"`
	Action   string    `json:"action" enum:"listed,opened,fetched,heard,downloaded,exported,refused"`
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
