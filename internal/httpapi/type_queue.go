package httpapi

import "time"

// QueueNext is what the queue gives: a task, or when to ask again.
type QueueNext struct {
	Task   Null[TaskRow] `json:"task"`
	Class  string        `json:"class" enum:",complaint,appointment,deadline,retry,rest" doc:"Why it comes next"`
	Until  *time.Time    `json:"until" doc:"It stays in hand so long without a softphone; one that is connected renews it"`
	NextAt *time.Time    `json:"next_at" doc:"When there may be something to call; null: unknown"`
}

// QueueState is what an agent has in hand.
type QueueState struct {
	Task        Null[TaskRow] `json:"task"`
	Class       string        `json:"class" enum:",complaint,appointment,deadline,retry,rest"`
	Until       *time.Time    `json:"until"`
	Progressive bool          `json:"progressive" doc:"The next card opens by itself after wrap-up; it never dials"`
}

// QueueSkip puts a task aside.
type QueueSkip struct {
	TaskID ID     `json:"task_id"`
	Reason string `json:"reason" minLength:"1" maxLength:"2000"`
}

// QueueSettings are an agent's wishes.
type QueueSettings struct {
	Progressive bool `json:"progressive"`
}
