package httpapi

import "time"

// Import is a file that was handed in (Rule C-22).
type Import struct {
	ID        ID             `json:"id"`
	Kind      string         `json:"kind" enum:"customers,contacts,contracts,equipment,deliveries,events"`
	Name      string         `json:"name" doc:"Of the file"`
	Format    string         `json:"format" doc:"How it was read, such as: csv, GB 18030, ';'"`
	SHA256    string         `json:"sha256"`
	Header    List[string]   `json:"header"`
	Mapping   map[string]int `json:"mapping" doc:"Field to column, counted from 0"`
	State     string         `json:"state" enum:"checked,applied,undone"`
	Partial   bool           `json:"partial" doc:"Applied without the rows that are wrong"`
	Rows      int            `json:"rows"`
	Created   int            `json:"created" doc:"What became, or would become, of the rows"`
	Changed   int            `json:"changed"`
	Unchanged int            `json:"unchanged"`
	Wrong     int            `json:"wrong"`
	Feed      Null[Ref]      `json:"feed"`
	Week      string         `json:"week" doc:"Monday of the week that it is of, for a feed; else empty"`
	CreatedAt time.Time      `json:"created_at"`
	CreatedBy Ref            `json:"created_by"`
	AppliedAt *time.Time     `json:"applied_at" nullable:"true"`
	AppliedBy Null[Ref]      `json:"applied_by"`
	UndoneAt  *time.Time     `json:"undone_at" nullable:"true"`
	UndoneBy  Null[Ref]      `json:"undone_by"`
	Reason    string         `json:"reason" doc:"Of undoing it"`
}

// ImportField is a value that the rows of a kind of file may have.
type ImportField struct {
	Name     string `json:"name"`
	TitleZH  string `json:"title_zh"`
	TitleEN  string `json:"title_en"`
	Required bool   `json:"required"`
}

// ImportPreview is a row as it was understood.
type ImportPreview struct {
	Line   int               `json:"line"`
	Action string            `json:"action" enum:"created,changed,unchanged," doc:"Empty: it is wrong, or the import is not waiting any more"`
	Values map[string]string `json:"values" doc:"By field; telephone numbers are masked (Rule S-01)"`
}

// ImportProblem is what is wrong with a value of a row, in words.
type ImportProblem struct {
	Line   int    `json:"line" doc:"Of the file"`
	Column string `json:"column" doc:"The word of the header; empty when no column holds the field"`
	Field  string `json:"field"`
	Value  string `json:"value"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
}

// ImportDetail is a file with what its rows would do, or did.
type ImportDetail struct {
	Import   Import              `json:"import"`
	Fields   List[ImportField]   `json:"fields"`
	Preview  List[ImportPreview] `json:"preview" doc:"The first rows"`
	Problems List[ImportProblem] `json:"problems" doc:"The first thousand"`
}

// Imports is a page of files, the newest first.
type Imports struct {
	Imports    List[Import] `json:"imports"`
	NextCursor string       `json:"next_cursor"`
}

// ImportMapping chooses the columns.
type ImportMapping struct {
	Mapping map[string]int `json:"mapping" doc:"Field to column, counted from 0; it is remembered for the header's words when the import is applied"`
}

// ImportApply says which rows are taken.
type ImportApply struct {
	Partial bool `json:"partial,omitempty" doc:"Those that are right, where others are wrong; otherwise all or none"`
}

// ImportUndo says why.
type ImportUndo struct {
	Reason string `json:"reason" maxLength:"500"`
}

// ImportQuery selects imports.
type ImportQuery struct {
	Kind   string `query:"kind" enum:"customers,contacts,contracts,equipment,deliveries,events,"`
	State  string `query:"state" enum:"checked,applied,undone,"`
	FeedID string `query:"feed_id"`
}

// Feed is a file that is expected every week (Rule C-22).
type Feed struct {
	ID         ID           `json:"id"`
	Name       string       `json:"name"`
	Kind       string       `json:"kind" enum:"customers,contacts,contracts,equipment,deliveries,events"`
	Department Ref          `json:"department"`
	Weekday    int          `json:"weekday" doc:"0 is Sunday; by the end of this day, or of the next working day"`
	From       string       `json:"from" doc:"The day from which it is expected"`
	EndedAt    *time.Time   `json:"ended_at" nullable:"true" doc:"Not expected since"`
	LastAt     *time.Time   `json:"last_at" nullable:"true" doc:"When one was applied last"`
	LastWeek   string       `json:"last_week"`
	Missing    List[string] `json:"missing" doc:"Mondays of the weeks that were missed and have not come since"`
	Week       string       `json:"week" doc:"Monday of this week"`
	DueAt      time.Time    `json:"due_at" doc:"Of this week"`
	Came       bool         `json:"came" doc:"This week's is in"`
}

// Feeds are all of them, those that are expected first.
type Feeds struct {
	Feeds List[Feed] `json:"feeds"`
}

// FeedInput makes or changes a feed.
type FeedInput struct {
	Name         string `json:"name" maxLength:"200"`
	Kind         string `json:"kind" enum:"customers,contacts,contracts,equipment,deliveries,events"`
	DepartmentID ID     `json:"department_id"`
	Weekday      int    `json:"weekday" minimum:"0" maximum:"6"`
	Ended        bool   `json:"ended,omitempty"`
}
